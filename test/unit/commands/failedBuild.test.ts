import { beforeEach, expect, test, vi } from 'vitest';
import { registerCommands } from '../../../src/commands/run.ts';
import type { Handlers } from '../../../src/commands/run.ts';
import type { Services } from '../../../src/commands/services.ts';
import type { Build } from '../../../src/engine/builds/model.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { loadAnew } from '../support/editor.ts';
import { build, step } from '../views/samples.ts';

const { registered, executed, shown, choice } = vi.hoisted(() => ({
  registered: new Map<string, () => Promise<void>>(),
  executed: [] as (readonly unknown[])[],
  shown: [] as (readonly string[])[],
  choice: { made: '' },
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  Uri: URL,
  commands: {
    registerCommand: (id: string, run: () => Promise<void>) => registered.set(id, run),
    executeCommand: async (...all: readonly unknown[]) => void executed.push(all),
  },
  window: {
    showErrorMessage: async (...said: readonly string[]) => {
      shown.push(said);
      return choice.made;
    },
  },
}));

loadAnew();
beforeEach(() => {
  executed.length = 0;
  shown.length = 0;
});

/** The buttons under the error of a build that ended so, of which `button` is pressed. */
async function buttonsOf(failed: Build, button: string): Promise<readonly string[]> {
  const handlers = {
    'image.build': async () => {
      throw new EngineError('server', 'app:1 was not built', { build: failed.id });
    },
  } as unknown as Handlers;
  const services = {
    log: { error() {}, show() {} },
    current: { state: { name: 'connected' } },
    builds: { get: (id: string) => (id === failed.id ? failed : undefined) },
  } as unknown as Services;
  choice.made = button;
  registerCommands(async () => handlers, services);
  await registered.get('stevedore.image.build')?.();
  return shown[0]?.slice(1) ?? [];
}

const one = step({ id: 'a', state: 'failed', lines: [3, 3] });
const failed = (over: Partial<Build> = {}) =>
  build({
    state: 'failed',
    steps: [step({ id: 'b', lines: [2, 2] }), one],
    failure: { step: 'a', message: 'exit code: 2', exitCode: 2 },
    ...over,
  });

test.each([
  ['Go to Instruction', 'stevedore.build.goToInstruction'],
  ['Open Shell', 'stevedore.build.debug'],
])('a build that failed at a command offers %s, for the step that did', async (button, command) => {
  expect(await buttonsOf(failed(), button)).toEqual([
    'Go to Instruction',
    'Open Shell',
    'Show Log',
  ]);
  expect(executed).toEqual([[command, expect.objectContaining({ noun: 'buildStep' })]]);
  expect(executed[0]?.[1]).toMatchObject({ target: { step: { id: 'a' } } });
});

test('no shell is offered where no command failed or the classic builder keeps nothing of it, nor a place where there is none', async () => {
  const copy = failed({ failure: { step: 'a', message: 'not found' } });
  expect(await buttonsOf(copy, '')).toEqual(['Go to Instruction', 'Show Log']);
  shown.length = 0;
  expect(await buttonsOf(failed({ builder: 'classic' }), '')).not.toContain('Open Shell');
  shown.length = 0;
  const { lines: _, ...nowhere } = one;
  expect(await buttonsOf(failed({ steps: [nowhere] }), '')).toEqual(['Open Shell', 'Show Log']);
  shown.length = 0;
  expect(await buttonsOf(failed({ failure: { message: 'parse error' } }), '')).toEqual([
    'Show Log',
  ]);
});
