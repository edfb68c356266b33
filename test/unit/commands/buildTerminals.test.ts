import { expect, test, vi } from 'vitest';
import { createBuildTerminals } from '../../../src/commands/builds/terminals.ts';
import type { Build } from '../../../src/engine/builds/model.ts';
import type { Builds } from '../../../src/engine/builds/service.ts';
import { loadAnew } from '../support/editor.ts';
import { build } from '../views/samples.ts';

const { closed } = vi.hoisted(() => ({ closed: [] as string[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  ThemeIcon: Object,
  window: {
    createTerminal: ({ name }: { readonly name: string }) => ({
      show() {},
      dispose: () => void closed.push(name),
    }),
  },
}));

loadAnew();

test.each([
  ['the same Dockerfile', '/src/app/Dockerfile', '/src/app', ['old']],
  ['another one', '/src/other/Dockerfile', '/src/app', []],
  ['the Dockerfile of the same address', 'Dockerfile', 'https://a.example/one.git', ['old']],
  ['that of another address', 'Dockerfile', 'https://a.example/two.git', []],
])('a build takes the place of the terminal of %s', async (_, dockerfile, context, expected) => {
  closed.length = 0;
  const isRemote = !dockerfile.startsWith('/');
  const request = { ...build().request, tags: ['old'] };
  const old: Build = build({
    id: 'old',
    request: isRemote
      ? { ...request, dockerfile: 'Dockerfile', context: 'https://a.example/one.git' }
      : request,
  });
  const next: Build = build({
    id: 'next',
    state: 'running',
    request: { ...request, dockerfile, context },
  });
  const all = [old, next];
  const terminals = createBuildTerminals({
    get: (id: string) => all.find((one) => one.id === id),
    onDidChange: () => ({ dispose() {} }),
  } as unknown as Builds);
  terminals.show('old');
  terminals.show('next');
  expect(closed).toEqual(expected);
});
