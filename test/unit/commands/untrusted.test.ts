import { expect, test, vi } from 'vitest';
import { demandTrust } from '../../../src/commands/builds/trust.ts';
import { registerCommands } from '../../../src/commands/run.ts';
import type { Handlers } from '../../../src/commands/run.ts';
import type { Services } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

const { registered, executed, shown } = vi.hoisted(() => ({
  registered: new Map<string, () => Promise<void>>(),
  executed: [] as string[],
  shown: [] as (readonly string[])[],
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  Uri: URL,
  workspace: { isTrusted: false },
  commands: {
    registerCommand: (id: string, run: () => Promise<void>) => registered.set(id, run),
    executeCommand: async (id: string) => void executed.push(id),
  },
  window: {
    showErrorMessage: async (...said: readonly string[]) => {
      shown.push(said);
      return said[1];
    },
  },
}));

loadAnew();

test('a build that is refused for want of trust offers to manage that, whatever the engine does', async () => {
  const handlers = { 'image.build': async () => demandTrust() } as unknown as Handlers;
  const log = { error() {}, show() {} };
  const services = { log, current: { state: { name: 'connected' } } } as unknown as Services;
  registerCommands(async () => handlers, services);
  await registered.get('stevedore.image.build')?.();
  expect(shown).toEqual([
    [expect.stringContaining('is not trusted'), 'Manage Workspace Trust', 'Show Log'],
  ]);
  expect(executed).toEqual(['workbench.trust.manage']);
});
