import { describe, expect, test } from 'vitest';
import type { PastBuild } from '../../../src/engine/buildkit/historyRecord.ts';
import { pastAsBuild } from '../../../src/engine/builds/past.ts';
import type { Build } from '../../../src/engine/builds/model.ts';
import type { Row } from '../../../src/views/row.ts';
import { engineBuildRows } from '../../../src/views/rows/engineBuilds.ts';
import { past, runningPast, step } from './samples.ts';

const never = () => Promise.reject(new Error('nothing is read'));
const one = (given: PastBuild, over: Partial<Build> = {}, tag?: string) => ({
  past: given,
  build: { ...pastAsBuild(given, tag), ...over },
});
const rowsOf = (...builds: ReturnType<typeof one>[]) => {
  const [group] = engineBuildRows(builds, false, 1062, never);
  return group?.children as readonly Row[];
};

describe('the group of builds of the engine', () => {
  test('is not there without any', () => {
    expect(engineBuildRows([], true, 0, never)).toEqual([]);
  });

  test('says how many there are, or how many run, and opens when the first does', () => {
    const [closed] = engineBuildRows([one(past())], false, 0, never);
    expect([closed?.description, closed?.expanded, closed?.turn]).toEqual([
      '1 build',
      false,
      undefined,
    ]);
    const [open] = engineBuildRows([one(runningPast()), one(past({ ref: 'x' }))], true, 0, never);
    expect([open?.description, open?.expanded, open?.turn]).toEqual(['1 running', true, 'running']);
  });

  test('has builds by their images, else by the folders of their Dockerfiles', () => {
    const attrs = { filename: 'web.Dockerfile', 'vcs:localdir:dockerfile': 'services/web' };
    const at = { 'vcs:localdir:dockerfile': '.' };
    const rows = rowsOf(
      one(past({ tags: ['web:1'], attrs }), {}, 'other:1'),
      one(past({ attrs }), {}, 'web:2'),
      one(past({ attrs })),
      one(past({ attrs: at })),
      one(past({ attrs: { target: 'test\n' } }), {}, 'web:1'),
    );
    expect(rows.map(({ label }) => label)).toEqual([
      'web:1',
      'web:2',
      'web',
      'Dockerfile',
      'web:1 (test )',
    ]);
  });

  test('says how long they took, what was cached and when it was', () => {
    const steps = { total: 7, cached: 2 };
    const [plain, more, failed, known] = rowsOf(
      one(past()),
      one(past({ steps, warnings: 1, pinned: true })),
      one(past({ failure: { message: 'process "make" broke.', exitCode: 2 } })),
      one(past({ steps }), { steps: [step({ id: 'a', state: 'cached' }), step({ id: 'b' })] }),
    );
    expect(plain?.description).toBe('2.5 s  <1 min ago');
    expect(more?.description).toBe('2.5 s  2 steps cached  1 warning  kept  <1 min ago');
    expect(more?.facts).toEqual(['completed', 'elsewhere', 'pinned']);
    expect(failed?.description).toBe('2.5 s  exit code 2  <1 min ago');
    expect(known?.description).toBe('2.5 s  1/2 cached  <1 min ago');
  });

  test('reads the steps of one that is opened, and says why that is not possible', async () => {
    const given = one(past());
    const read = async (build: Build) => ({ ...build, steps: [step({ id: 'a' })] });
    const below = async (reading: (build: Build) => Promise<Build>) => {
      const [group] = engineBuildRows([given], false, 0, reading);
      const row = (group?.children as readonly Row[] | undefined)?.[0];
      return (row?.children as (() => Promise<readonly Row[]>) | undefined)?.();
    };
    const [found] = (await below(read)) ?? [];
    expect([found?.noun, found?.facts]).toEqual(['buildStep', ['elsewhere']]);
    const [failed] = (await below(never)) ?? [];
    expect([failed?.noun, failed?.label]).toEqual(['message', 'nothing is read']);
    // Of one that runs they are told as they come.
    expect(rowsOf(one(runningPast()))[0]?.children).toBeUndefined();
  });
});
