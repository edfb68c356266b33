import { expect, test, vi } from 'vitest';
import { loadAnew } from '../support/editor.ts';

const { asked } = vi.hoisted(() => ({ asked: [] as unknown[] }));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    async showInputBox(options: { readonly prompt?: string }) {
      asked.push(options.prompt);
      return 'typed';
    },
  },
}));
loadAnew();

test('a path in a question leads nowhere', async () => {
  const { ask } = await import('../../../src/commands/ask.ts');
  expect(await ask('New File', { prompt: 'In /[a](command:evil)' })).toBe('typed');
  await ask('New File');
  expect(asked).toEqual(['In /[a] (command:evil)', undefined]);
});
