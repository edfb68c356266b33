import { expect, test, vi } from 'vitest';

const { asked } = vi.hoisted(() => ({ asked: [] as unknown[] }));

// The editor's own module exists in the editor alone.
vi.mock('vscode', () => ({
  window: {
    async showInputBox(options: { readonly prompt?: string }) {
      asked.push(options.prompt);
      return 'typed';
    },
  },
}));

test('a path in a question leads nowhere', async () => {
  const { ask } = await import('../../../src/commands/ask.ts');
  expect(await ask('New File', { prompt: 'In /[a](command:evil)' })).toBe('typed');
  await ask('New File');
  expect(asked).toEqual(['In /[a] (command:evil)', undefined]);
});
