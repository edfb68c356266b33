import { expect, test, vi } from 'vitest';
import type { Run } from '../../../src/commands/services.ts';
import type { Build } from '../../../src/engine/builds/model.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { build } from '../views/samples.ts';
import { loadAnew } from '../support/editor.ts';

const { questions, told, forgotten } = vi.hoisted(() => ({
  told: [] as string[],
  questions: [] as string[],
  forgotten: [] as string[],
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    async showInformationMessage(text: string) {
      told.push(text);
    },
    async showWarningMessage(text: string, _: unknown, yes: string) {
      questions.push(text);
      return yes;
    },
  },
}));
vi.mock('../../../src/engine/buildkit/engineHistory.ts', () => ({
  async forgetPastBuild(_: unknown, id: string) {
    if (id === 'b7') throw new EngineError('server', 'It is being read.');
    forgotten.push(id);
  },
}));

loadAnew();

test('a question of many builds stays short, and what fails is named', async () => {
  const { buildHandlers } = await import('../../../src/commands/builds/handlers.ts');
  const targets = Array.from({ length: 60 }, (_, n) =>
    build({ id: `b${n}`, request: { ...build().request, tags: [`team/app:${n}`] } }),
  );
  const run = { targets, client: async () => ({}), busy: async <R>(work: Promise<R>) => work };
  await expect(buildHandlers['build.forget'](run as unknown as Run<Build>)).rejects.toMatchObject({
    message: expect.stringContaining('1 of 60 items failed (team/app:7)'),
  });
  expect(questions).toEqual([
    'Have the engine forget 60 builds: team/app:0, team/app:1, team/app:2, team/app:3, team/app:4 and 55 more?',
  ]);
  expect(forgotten).toHaveLength(59);
});

test('that there is no history to be cleared is said', async () => {
  const { buildHandlers } = await import('../../../src/commands/builds/handlers.ts');
  const builds = { list: () => [build({ state: 'running' })] };
  await buildHandlers['build.clear']({ builds } as unknown as Run<never>);
  expect(told).toEqual(['No build of this workspace has ended.']);
});
