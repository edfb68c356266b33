import { expect, test, vi } from 'vitest';
import type { Run } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

const { said } = vi.hoisted(() => ({ said: [] as string[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: { setStatusBarMessage: (text: string) => void said.push(text) },
}));
vi.mock('../../../src/commands/terminals.ts', () => ({ openSession: async () => {} }));

loadAnew();

test('the keys that detach are said, Docker’s own where the setting is empty', async () => {
  const { attachTo } = await import('../../../src/commands/sessions.ts');
  const run = { client: async () => ({}) } as unknown as Run<never>;
  for (const keys of ['ctrl-x,ctrl-d', '']) await attachTo(run, { id: 'a', name: 'web' }, keys);
  expect(said).toEqual([
    'Attached to web: ctrl-x,ctrl-d detaches.',
    'Attached to web: ctrl-p,ctrl-q detaches.',
  ]);
});
