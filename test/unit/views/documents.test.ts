import { expect, test, vi } from 'vitest';
import { createDocuments } from '../../../src/views/documents.ts';
import { loadAnew } from '../support/editor.ts';

interface Provider {
  provideTextDocumentContent(uri: unknown): string | undefined;
}

const { providers } = vi.hoisted(() => ({ providers: [] as Provider[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  Uri: { from: ({ path }: { readonly path: string }) => path },
  Position: Object,
  workspace: {
    registerTextDocumentContentProvider: (_: string, provider: Provider) => {
      providers.push(provider);
      return { dispose() {} };
    },
    onDidChangeTextDocument: () => ({ dispose() {} }),
    onDidCloseTextDocument: () => ({ dispose() {} }),
    openTextDocument: async () => ({}),
  },
  window: { visibleTextEditors: [], showTextDocument: async () => {} },
}));

loadAnew();

test('a document of before the window was reloaded says that it is gone, for VS Code shows an error where nothing is said', async () => {
  const documents = createDocuments(() => {});
  const read = (path: string) => providers.at(-1)?.provideTextDocumentContent(path);
  expect(read('/build/b/app.log')).toMatch(/reloaded/);
  await documents.show('build/b/app.log', async () => 'what it wrote');
  expect(read('/build/b/app.log')).toBe('what it wrote');
  await documents.show('build/b/app.log', async () => '');
  expect(read('/build/b/app.log')).toBe('');
});
