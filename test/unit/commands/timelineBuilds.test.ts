import { beforeEach, expect, test, vi } from 'vitest';
import { timelineBuilds } from '../../../src/commands/builds/steps.ts';
import { loadAnew } from '../support/editor.ts';
import { build, step } from '../views/samples.ts';

const { executed, workspace } = vi.hoisted(() => ({
  executed: [] as (readonly unknown[])[],
  workspace: { isTrusted: true },
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  workspace,
  commands: { executeCommand: async (...all: readonly unknown[]) => void executed.push(all) },
}));

loadAnew();
beforeEach(() => {
  executed.length = 0;
  workspace.isTrusted = true;
});

const one = build({ id: 'a', state: 'failed' });

/** What a timeline can do with a build that was asked for so. */
const timelineOf = (options: object | undefined) =>
  timelineBuilds({
    get: () => one,
    options: async () => options,
    start: async () => ({ id: 'next' }),
    engine: { get: () => undefined },
  } as unknown as Parameters<typeof timelineBuilds>[0]);

test('a build runs again from its timeline', async () => {
  expect(await timelineOf({}).rerun('a')).toBe('next');
  expect(executed).toEqual([]);
});

test.each([
  ['what it was asked for with is not kept any more', true, undefined],
  ['the workspace is not trusted', false, {}],
])('where %s the command says why it does not run again', async (_, isTrusted, options) => {
  workspace.isTrusted = isTrusted;
  expect(await timelineOf(options).rerun('a')).toBeUndefined();
  expect(executed).toEqual([
    ['stevedore.build.again', expect.objectContaining({ noun: 'build', target: one })],
  ]);
});

test('an instruction is shown by its command, which says why where it cannot be', async () => {
  const failed = step({ id: 's', lines: [3, 3] });
  await timelineOf({}).openStep(one, failed);
  expect(executed).toEqual([
    [
      'stevedore.build.goToInstruction',
      expect.objectContaining({ noun: 'buildStep', target: { build: one, step: failed } }),
    ],
  ]);
});
