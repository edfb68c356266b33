import { describe, expect, test } from 'vitest';
import type { Build, BuildStep } from '../../../src/engine/builds/model.ts';
import type { Row } from '../../../src/views/row.ts';
import { buildName, buildRows } from '../../../src/views/rows/builds.ts';
import { build, step } from './samples.ts';

/** Two hours after the sample ended. */
const now = 1013 + 7200;
const below = (row: Row | undefined) => (Array.isArray(row?.children) ? row.children : []) as Row[];
const only = (one: Build): Row => buildRows([one], now)[0] as Row;
const rowOf = (over: Partial<BuildStep>): Row =>
  below(only(build({ steps: [step(over)] })))[0] as Row;

describe('build rows', () => {
  test('say how long it took, what was cached, and when', () => {
    const steps = [step({ id: 'a', state: 'cached' }), step({ id: 'b' })];
    const row = only(build({ steps }));
    expect(row.label).toBe('app:1');
    expect(row.description).toBe('12 s  1/2 cached  2 h ago');
    expect(row.facts).toEqual(['completed']);
  });

  test('say of steps that still wait when the build has ended that they were not run', () => {
    const rowsIn = (state: Build['state']) => {
      const steps = [
        step({ id: 'a', stage: 'x', state: 'failed' }),
        step({ id: 'b', stage: 'y', state: 'waiting', duration: 0 }),
      ];
      const stage = below(only(build({ state, steps })))[1];
      const [row] = below(stage);
      return [stage?.spoken, row?.spoken, row?.tooltip?.()];
    };
    expect(rowsIn('failed')).toEqual([
      expect.stringMatching(/^Stage y, not run, 1 step/),
      expect.stringMatching(/, not run$/),
      expect.stringContaining('Not run'),
    ]);
    expect(rowsIn('running')[1]).toMatch(/, waiting$/);
  });

  test('of one address are not mended by those of another, though their Dockerfiles are called the same', () => {
    const from = (context: string, over: Partial<Build>) =>
      build({ ...over, request: { ...build().request, context, dockerfile: 'Dockerfile' } });
    const failed = from('https://a.example/one.git', { id: 'old', state: 'failed', ended: 2000 });
    const isOpen = (later: Build) => buildRows([later, failed], now)[1]?.expanded;
    expect(isOpen(from('https://a.example/two.git', { started: 3000 }))).toBe(true);
    expect(isOpen(from('https://a.example/one.git', { started: 3000 }))).toBe(false);
  });

  test('stand open while they run, and fold once a later one has begun', () => {
    const times = (started: number, ended?: number) =>
      ended === undefined ? { started } : { started, ended };
    const open = (builds: readonly Build[]) =>
      buildRows(builds, now).map(({ expanded, turn }) => [expanded, turn]);
    const { ended: _, ...bare } = build();
    const running = { ...bare, id: 'new', state: 'running' as const };
    const before = build({ id: 'old', ...times(1000, 2000) });
    const failed = build({ id: 'old', state: 'failed', ...times(1000, 2000) });
    const other = { ...running.request, dockerfile: '/other/Dockerfile' };
    expect(open([{ ...running, ...times(3000) }, before])).toEqual([
      [true, undefined],
      [false, 'past'],
    ]);
    // One that ran beside it is followed on.
    expect(open([{ ...running, ...times(1500) }, before])[1]).toEqual([false, undefined]);
    // What failed stands open until it is mended.
    expect(open([failed])).toEqual([[true, undefined]]);
    expect(open([{ ...running, ...times(3000), request: other }, failed])[1]).toEqual([
      true,
      undefined,
    ]);
    expect(open([{ ...running, ...times(3000) }, failed])[1]).toEqual([false, 'past']);
    // An engine whose clock is an hour ahead of this computer's, which the new one doesn't know yet.
    const ahead = { ...before, started: 3_601_000, ended: 3_602_000, skew: -3_600_000 };
    expect(open([{ ...running, ...times(3000) }, ahead])[1]).toEqual([false, 'past']);
  });

  test('open what goes before the stages when that fails', () => {
    const { stage: _, index: __, ...internal } = step({ id: 'i', instruction: 'load metadata' });
    const steps = (state: BuildStep['state']) => [
      { ...internal, state },
      step({ id: 'a', stage: 'x' }),
      step({ id: 'b', stage: 'y' }),
    ];
    const rowIn = (state: BuildStep['state']) => {
      const [row] = below(only(build({ state: 'running', steps: steps(state) })));
      return [row?.label, row?.expanded, row?.turn];
    };
    expect(rowIn('completed')).toEqual(['Preparation', false, undefined]);
    expect(rowIn('failed')).toEqual(['Preparation', true, 'failed']);
  });

  test('say that the engine does not answer', () => {
    const { ended: _, ...rest } = build({ state: 'running', unanswered: true });
    const row = only({ ...rest, steps: [step({ id: 'a', state: 'running' })] });
    expect(row.description).toBe('the engine does not answer');
    expect(row.spoken).toBe('Build of app:1, running, the engine does not answer');
  });

  test('count the steps of one that runs, the builder’s own aside', () => {
    const { ended: _, ...rest } = build({ state: 'running' });
    const internal = { ...step({ id: 'c' }) };
    delete (internal as { index?: number }).index;
    const steps = [
      step({ id: 'a', state: 'completed' }),
      step({ id: 'b', state: 'running' }),
      internal,
    ];
    const row = only({ ...rest, steps });
    expect(row.description).toBe('1/2 steps');
    expect(row.icon.id).toBe('loading~spin');
    expect(row.expanded).toBe(true);
  });

  test('say what made one fail', () => {
    const row = only(build({ state: 'failed', failure: { message: 'make\nfailed' } }));
    expect(row.description).toContain('make failed');
    expect(row.icon).toEqual({ id: 'error', color: 'problemsErrorIcon.foreground' });
  });

  test('say an exit code without the command, which the step tells', () => {
    const message = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';
    const failure = { message, step: 'a', exitCode: 2 };
    const steps = [step({ id: 'a', state: 'failed', error: message })];
    const row = only(build({ state: 'failed', steps, failure }));
    expect(row.description).toBe('12 s  exit code 2  2 h ago');
    expect(below(row)[0]?.description).toBe('exit code 2  2.5 s');
  });

  test('say so in their tooltips, too, and of a step that failed beside', async () => {
    const message = 'process "/bin/sh -c a\nb" did not complete successfully: exit code: 2';
    const failure = { message, step: 'a', exitCode: 2 };
    const steps = ['a', 'b'].map((id) =>
      step({ id, instruction: 'RUN <<E (a...)', state: 'failed', error: message, lines: [3, 6] }),
    );
    const row = only(build({ state: 'failed', steps, failure }));
    expect(await row.tooltip?.()).toContain('on line 3 ended with exit code 2');
    for (const one of [row, ...below(row)]) expect(await one.tooltip?.()).not.toContain('process');
    for (const { description } of below(row)) expect(description).toBe('exit code 2  2.5 s');
  });

  test('of a build that has ended show no stage that runs', () => {
    const steps = [
      step({ id: 'a', stage: 'x' }),
      step({ id: 'b', stage: 'x', state: 'waiting' }),
      step({ id: 'c', stage: 'y', state: 'failed' }),
    ];
    expect(below(only(build({ state: 'failed', steps })))[0]?.icon.id).toBe('circle-outline');
  });

  test('say how many warnings there are', () => {
    const warning = { message: 'FromAsCasing: …', detail: [] };
    const described = (...warnings: readonly (typeof warning)[]) =>
      only(build({ steps: [step({})], warnings })).description;
    expect(described(warning)).toBe('12 s  0/1 cached  1 warning  2 h ago');
    expect(described()).toBe('12 s  0/1 cached  2 h ago');
  });

  test('leave out where an image goes of a name that would leave no room, for its end tells builds apart', () => {
    const shown = (...tags: readonly string[]) => {
      const row = only(build({ request: { ...build().request, tags } }));
      expect(row.label).toBe(tags[0]);
      expect(row.spoken).toContain(tags[0]);
      return row.short ?? row.label;
    };
    expect(shown('team/app:1')).toBe('team/app:1');
    expect(shown('registry.example.com:5000/team/shop/web:1.2.3')).toBe('…/web:1.2.3');
    // What came of it has room even so: of such a name its begin and its tag are left.
    expect(shown('registry.example.com/team/long-name-of-an-image:1.2.3-alpine')).toBe(
      '…/long-name…2.3-alpine',
    );
    expect(shown('a-name-without-any-path-to-leave-out:1')).toBe('a-name-with…eave-out:1');
  });

  test('are named by the tag, else by the folder, and the target', () => {
    const { request } = build();
    expect(buildName(build())).toBe('app:1');
    expect(buildName(build({ request: { ...request, tags: [] } }))).toBe('app');
    expect(buildName(build({ request: { ...request, target: 'test' } }))).toBe('app:1 (test)');
    const windows = { ...request, tags: [], dockerfile: String.raw`C:\work\shop\Dockerfile` };
    expect(buildName(build({ request: windows }))).toBe('shop');
  });

  test('keep every key whatever the state', () => {
    const keys = (state: BuildStep['state'], of: Build['state']) => {
      const flat = (rows: readonly Row[]): string[] =>
        rows.flatMap((row) => [row.key, ...flat(below(row))]);
      const steps = [step({ id: 'a', stage: 'x', state }), step({ id: 'b', stage: 'y', state })];
      return flat(buildRows([build({ state: of, steps })], now));
    };
    expect(keys('running', 'running')).toEqual(keys('failed', 'failed'));
    expect(new Set(keys('running', 'running')).size).toBe(5);
  });

  test('group steps by stage where there are several, in order, the others between them', () => {
    const internal = { ...step({ id: 'i', instruction: 'load build definition' }) };
    delete (internal as { stage?: string }).stage;
    const steps = [
      internal,
      step({ id: 'a', stage: 'deps', index: 1 }),
      step({ id: 'b', stage: '1' }),
      step({ id: 'c', stage: 'deps', index: 2 }),
    ];
    const rows = below(only(build({ steps })));
    expect(rows.map(({ label }) => label)).toEqual(['Preparation', 'deps', 'Stage 1']);
    expect(rows.map(({ spoken = '' }) => spoken.split(',')[0])).toEqual([
      'Preparation',
      'Stage deps',
      'Stage 1',
    ]);
    expect(below(rows[0]).map(({ label }) => label)).toEqual(['load build definition']);
    expect(below(rows[1]).map(({ key }) => key)).toEqual(['build/b1/step/a', 'build/b1/step/c']);
    expect(below(only(build({ steps: [step({ stage: 'deps' })] })))[0]?.noun).toBe('buildStep');
  });

  test.each([
    [['failed', 'running'], 'error'],
    [['running', 'completed'], 'loading~spin'],
    [['cached', 'cached'], 'pass'],
    [['waiting', 'waiting'], 'circle-outline'],
    [['cached', 'waiting'], 'loading~spin'],
    [['completed', 'cancelled'], 'circle-slash'],
  ] as const)('a stage with steps that are %j is drawn as %s', (states, icon) => {
    const steps = [
      ...states.map((state, at) => step({ id: String(at), stage: 'x', state })),
      step({ id: 'other', stage: 'y' }),
    ];
    expect(below(only(build({ steps, state: 'running' })))[0]?.icon.id).toBe(icon);
  });
});

describe('step rows', () => {
  test('say that a result was there already, and no time', () => {
    const row = rowOf({ state: 'cached', duration: 3 });
    expect(row.description).toBe('cached');
    expect(row.icon.color).toBe('disabledForeground');
  });

  test('say time and bytes, and while they run how far they are', () => {
    const transfers = [
      { id: 'a', current: 2_000_000, total: 4_000_000 },
      { id: 'b', current: 1_000_000, total: 1_000_000 },
    ];
    expect(rowOf({ state: 'running', transfers }).description).toBe('3 MB / 5 MB');
    expect(rowOf({ transfers }).description).toBe('2.5 s  3 MB');
  });

  test('leave room for what came of them, where there is something to say', () => {
    const instruction = 'RUN apt-get update && apt-get install --yes curl';
    const row = rowOf({ instruction });
    expect([row.label, row.short, row.description]).toEqual([
      instruction,
      'RUN apt-get update && …',
      '2.5 s',
    ]);
    expect(row.spoken).toContain(instruction);
    const flags = '--mount=type=cache,target=/var/cache/apt,sharing=locked';
    expect(rowOf({ instruction: `RUN ${flags} make all` }).short).toBe('RUN make all');
    expect(rowOf({ instruction, duration: 0 }).short).toBe(instruction);
    const failed = rowOf({ instruction, state: 'failed', error: 'exit code 100', duration: 0 });
    // A code of three digits, with the time behind it, is in sight as a whole.
    expect(failed.short).toBe('RUN apt-get up…');
    const slow = rowOf({ instruction, state: 'failed', error: 'exit code 137', duration: 900 });
    expect([slow.short, slow.description]).toEqual(['RUN apt-get …', 'exit code 137  0.9 s']);
  });

  test('of stages that were cached say no time', () => {
    const steps = [
      step({ id: 'a', stage: 'x', state: 'cached', duration: 0.2 }),
      step({ id: 'b', stage: 'y' }),
    ];
    const [cached, ran] = below(only(build({ steps })));
    expect(cached?.description).toBe('cached  1 step');
    expect(ran?.description).toBe('2.5 s  1 step');
  });

  test('of stages count the steps as those of the build', () => {
    const from = { instruction: 'FROM x', index: 1, state: 'cached', duration: 0 } as const;
    const steps = [
      step({ ...from, id: 'a', stage: 'x' }),
      step({ id: 'b', stage: 'x', index: 2 }),
      step({ ...from, id: 'c', stage: 'y' }),
    ];
    const made = only(build({ steps }));
    expect(made.description).toContain('0/1 cached');
    expect(below(made).map(({ description }) => description)).toEqual([
      '2.5 s  1 step',
      'cached  base image',
    ]);
  });

  test('leave out what the engine adds to names of Docker Hub', () => {
    const label = (instruction: string) => rowOf({ instruction }).label;
    expect(label('FROM docker.io/library/node:20@sha256:1')).toBe('FROM node:20@sha256:1');
    expect(label('FROM docker.io/team/app')).toBe('FROM team/app');
    expect(label('FROM registry.test/docker.io/app')).toBe('FROM registry.test/docker.io/app');
    expect(label('[internal] load metadata for docker.io/library/node:20')).toBe(
      'load metadata for node:20',
    );
  });

  test('say state and time in their tooltips, for what stands behind a long name is cut off', async () => {
    expect(await rowOf({}).tooltip?.()).toContain('Completed 2\\.5 s');
    expect(await rowOf({ state: 'cached' }).tooltip?.()).toMatch(/^Cached$/m);
  });

  test('hold the facts that menus ask for', () => {
    expect(rowOf({}).facts).toEqual([]);
    expect(rowOf({ lines: [3, 4], logBytes: 10 }).facts).toEqual(['lines', 'log']);
    expect(rowOf({}).click).toBe('build.stepLog');
  });

  test('show hostile words as text', async () => {
    const hostile = 'RUN echo "\u202e[x](command:evil)" | <img src=x>\n$(zap)';
    const row = rowOf({ instruction: hostile, name: hostile, state: 'failed', error: hostile });
    expect(row.label).not.toMatch(/[\n\u202e]/);
    const tooltip = await row.tooltip?.();
    expect(tooltip).not.toContain('\u202e');
    expect(tooltip).not.toMatch(/\*\*.*[^\\]\[x\]/);
  });
});
