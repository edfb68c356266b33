import { expect, test, vi } from 'vitest';
import { loadAnew } from '../support/editor.ts';

const { shown } = vi.hoisted(() => ({ shown: [] as string[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  ProgressLocation: { Window: 10 },
  window: {
    async withProgress(
      { title }: { readonly title: string },
      work: (progress: { report(told: { readonly message: string }): void }) => Promise<unknown>,
    ) {
      shown.push(title);
      return work({ report: ({ message }) => void shown.push(message) });
    },
  },
}));

loadAnew();

test('what the status bar says of an instruction has no icons in it but the text', async () => {
  const { withQuietProgress } = await import('../../../src/commands/progress.ts');
  await withQuietProgress('Building $(trash)', async (report) =>
    report('1/2 · RUN v=$(date) make'),
  );
  expect(shown).toEqual(['Building \\$(trash)', '1/2 · RUN v=\\$(date) make']);
});
