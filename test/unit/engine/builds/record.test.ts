import { describe, expect, it } from 'vitest';
import { createBuildRecord } from '../../../../src/engine/builds/record.ts';
import type { BuildChange, RecordOptions } from '../../../../src/engine/builds/record.ts';
import { logText } from '../../../../src/engine/builds/stepLog.ts';
import { NOTHING, replay, request, told, wrote } from './recorded.ts';

function start(options: RecordOptions = {}) {
  const record = createBuildRecord('ref', request, { now: () => 5000, ...options });
  const changes: BuildChange[] = [];
  record.onDidChange((change) => changes.push(change));
  const step = (id: string) => record.build().steps.find((one) => one.id === id);
  return { record, changes, step, text: (id: string) => logText(record.log(id)) };
}

describe('the record of a real build', () => {
  it('has the states, durations and transfers that the engine told', () => {
    const build = replay('new-main').build();
    expect(build).toMatchObject({ state: 'completed', image: 'sha256:1234' });
    expect(build.steps.every(({ state }) => state === 'completed' || state === 'cached')).toBe(
      true,
    );
    const sleep = build.steps.find(({ name }) => name.includes('sleep 1'));
    expect(sleep?.duration).toBeGreaterThan(1000);
    expect(sleep).toMatchObject({
      stage: '3',
      index: 4,
      total: 4,
      instruction: 'RUN sleep 1; echo done',
    });
    const exporting = build.steps.find(({ name }) => name === 'exporting to image');
    expect(exporting?.transfers.map(({ id }) => id.split(' ')[0])).toEqual([
      'exporting',
      'writing',
      'naming',
    ]);
    expect(build.warnings.map(({ lines }) => lines)).toEqual([[10, 10]]);
  });

  it.each(['old-again', 'new-again'] as const)('says what was cached: %s', (name) => {
    const { steps } = replay(name).build();
    const numbered = steps.filter(
      ({ index, instruction }) => index && !instruction.startsWith('FROM'),
    );
    expect(new Set(numbered.map(({ state }) => state))).toEqual(new Set(['cached']));
  });

  it.each(['old-fail', 'new-fail'] as const)('says what failed: %s', (name) => {
    const record = replay(name);
    const build = record.build();
    const failed = build.steps.find(({ state }) => state === 'failed');
    expect(failed?.instruction).toBe('RUN echo out; echo err >&2;   exit 7');
    expect(build).toMatchObject({
      state: 'failed',
      failure: { step: failed?.id, lines: [3, 4], exitCode: 7 },
    });
    expect(logText(record.log(failed?.id ?? ''))).toBe('out\nerr\n');
    expect(failed?.logBytes).toBe(8);
    expect(build.steps.find(({ name }) => name.includes('never'))?.state).toBe('waiting');
  });
});

describe('a record', () => {
  it('says that the engine does not answer, until it does or the build has ended', () => {
    const record = createBuildRecord('x', request);
    const told: (true | undefined)[] = [];
    record.onDidChange(({ build }) => told.push(build.unanswered));
    for (const isSilent of [true, false, true]) record.silent(isSilent);
    record.finish({ state: 'cancelled' });
    record.silent(true);
    expect(told).toEqual([true, undefined, true, undefined]);
    expect(record.build()).not.toHaveProperty('unanswered');
  });

  it('goes from waiting to running to completed', () => {
    const { record, changes, step } = start();
    record.update(told('a'));
    expect(step('a')).toMatchObject({ state: 'waiting', duration: 0 });
    record.update(told('a', { started: 1000 }));
    expect(step('a')).toMatchObject({ state: 'running', started: 1000, since: 1000, duration: 0 });
    record.update(told('a', { started: 1000, completed: 1500 }));
    expect(step('a')).toMatchObject({ state: 'completed', ended: 1500, duration: 500 });
    expect(step('a')).not.toHaveProperty('since');
    expect(changes.map(({ added, changed }) => [added, changed])).toEqual([
      [['a'], ['a']],
      [[], ['a']],
      [[], ['a']],
    ]);
  });

  it('adds up the times that a step ran, those that overlap once', () => {
    const { record, step } = start();
    record.update(told('a', { started: 1000, completed: 1200 }));
    record.update(told('a', { started: 2000 }));
    expect(step('a')).toMatchObject({
      state: 'running',
      started: 1000,
      since: 2000,
      duration: 200,
    });
    record.update(told('a', { started: 2000, completed: 2300 }));
    record.update(told('a', { started: 2100, completed: 2400, cached: true }));
    expect(step('a')).toMatchObject({ state: 'cached', duration: 600, ended: 2400 });
  });

  it('is not thrown back by a step that is told of again as if new', () => {
    const { record, changes, step } = start();
    record.update(told('a', { started: 1000, completed: 1200 }));
    const before = step('a');
    record.update(told('a'));
    record.update(told('a', { started: 1000 }));
    expect(step('a')).toBe(before);
    expect(changes).toHaveLength(1);
  });

  it('makes new objects of what changed only', () => {
    const { record, step } = start();
    record.update({
      ...NOTHING,
      steps: [...told('a').steps, ...told('b', { inputs: ['a'] }).steps],
    });
    const [a, b] = [step('a'), step('b')];
    const build = record.build();
    record.update(told('a', { started: 1 }));
    expect(step('b')).toBe(b);
    expect(step('a')).not.toBe(a);
    expect(record.build()).not.toBe(build);
    const after = record.build();
    record.update(NOTHING);
    expect(record.build()).toBe(after);
  });

  it('tells failed from given up', () => {
    const { record, step } = start();
    record.update(told('a', { started: 1, completed: 2, error: 'exit code: 1' }));
    record.update(told('b', { started: 1, completed: 2, error: 'process: context canceled' }));
    expect([step('a')?.state, step('b')?.state]).toEqual(['failed', 'cancelled']);
  });

  it('ends what runs when it ends, once', () => {
    const { record, changes, step } = start();
    record.update(told('a', { started: 4000 }));
    record.update(told('b'));
    record.finish({ state: 'cancelled' });
    expect(step('a')).toMatchObject({ state: 'cancelled' });
    expect(step('a')).not.toHaveProperty('since');
    expect(step('b')).toMatchObject({ state: 'waiting' });
    expect(record.build()).toMatchObject({ state: 'cancelled' });
    const count = changes.length;
    record.finish({ state: 'completed' });
    record.update(told('a', { started: 9000 }));
    expect(changes).toHaveLength(count);
    expect(record.build().state).toBe('cancelled');
  });

  it('puts what is done here where it belongs, though the engine’s clock is off', () => {
    let now = 100_000;
    const { record, step } = start({ now: () => now });
    record.update(told('a', { started: 40_000, completed: 40_000 }));
    now = 103_000;
    record.update({ ...told('push', { started: 101_000, completed: 103_000 }), isOurs: true });
    expect(step('push')).toMatchObject({ started: 41_000, duration: 2000 });
    record.finish({ state: 'completed' });
    expect(record.build()).toMatchObject({ started: 40_000, ended: 43_000, skew: 60_000 });
  });

  it('counts a step that another build had begun before from its own begin on', () => {
    let now = 100_000;
    const { record, step } = start({ now: () => now });
    record.update(told('own', { started: 100_000, completed: 100_100 }));
    now = 101_000;
    record.update(told('shared', { started: 60_000 }));
    expect(step('shared')).toMatchObject({ started: 100_000, since: 100_000 });
    now = 103_000;
    record.update(told('shared', { started: 60_000, completed: 103_000 }));
    record.update(told('earlier', { started: 50_000, completed: 50_200 }));
    expect(step('shared')).toMatchObject({ state: 'completed', started: 100_000, duration: 3000 });
    expect(step('earlier')).toMatchObject({ started: 100_000, ended: 100_000, duration: 0 });
    expect(record.build().started).toBe(100_000);
  });

  it('counts steps from when the build is known to have begun, however late it is joined', () => {
    const { record, step } = start({ now: () => 100_000, skew: 0, started: 40_000 });
    record.update(told('shared', { started: 30_000, completed: 50_000 }));
    record.update(told('own', { started: 60_000, completed: 70_000 }));
    expect(step('shared')).toMatchObject({ started: 40_000, duration: 10_000 });
    expect(step('own')).toMatchObject({ started: 60_000, duration: 10_000 });
  });

  it('says how far the engine’s clock is off', () => {
    let now = 100_000;
    const { record } = start({ now: () => now });
    now = 100_500;
    record.update(told('a', { started: 40_400 }));
    expect(record.build()).toMatchObject({ skew: 60_100, started: 39_900 });
    // A message that came faster tells better, one that was late tells nothing.
    now = 101_000;
    record.update(told('b', { started: 40_950 }));
    now = 105_000;
    record.update(told('c', { started: 41_000 }));
    expect(record.build()).toMatchObject({ skew: 60_050, started: 39_900 });
    now = 106_050;
    record.finish({ state: 'completed' });
    expect(record.build().ended).toBe(46_000);
  });

  it('puts characters together that are cut, by stream', () => {
    const { record, changes, text } = start();
    const whale = new TextEncoder().encode('🐳\n');
    record.update(told('a', { started: 1 }));
    record.update(wrote('a', whale.subarray(0, 2)));
    record.update(wrote('a', 'err\n', { stream: 'stderr' }));
    record.update(wrote('a', whale.subarray(2)));
    record.update(wrote('a', whale.subarray(0, 1)));
    expect(text('a')).toBe('err\n🐳\n');
    record.update(told('a', { started: 1, completed: 2 }));
    expect(text('a')).toBe('err\n🐳\n\uFFFD');
    expect(changes.flatMap(({ logs }) => logs.map((log) => log.text)).join('')).toBe(text('a'));
    expect(record.build().steps[0]?.logBytes).toBe(10);
  });

  it('keeps no secret, in names, errors, logs and warnings', () => {
    const { record, changes, text } = start({ secrets: ['hunter22'] });
    record.update({
      ...told('a', { name: '[1/1] RUN x hunter22', started: 1, error: 'hunter22 failed' }),
      transfers: [{ step: 'a', id: 'get hunter22', current: 1, total: 2 }],
      warnings: [{ message: 'w hunter22', detail: ['d hunter22'] }],
    });
    record.update(wrote('a', 'say hunt'));
    record.update(wrote('a', 'er22 and hun'));
    expect(text('a')).toBe('say *** and ');
    record.finish({ state: 'failed', failure: { message: 'no hunter22' } });
    expect(text('a')).toBe('say *** and hun');
    expect(JSON.stringify([record.build(), changes])).not.toContain('hunter22');
  });

  it('keeps secrets that it is told of while a step writes', () => {
    const { record, text } = start();
    record.update(told('a', { started: 1 }));
    record.update(wrote('a', 'hunter22 '));
    record.hide('hunter22\n');
    record.update(wrote('a', 'hun'));
    record.update(wrote('a', 'ter22 end'));
    expect(text('a')).toBe('hunter22 *** end');
  });

  it('names the parts of an instruction after it', () => {
    const { record, step } = start();
    const group = { id: 'g', name: '[2/3] COPY --link a b' };
    record.update(told('copy', { name: 'copy /a /b', group }));
    record.update(told('link', { name: '[2/3] LINK COPY --link a b', group }));
    expect(step('copy')).toMatchObject({ index: 2, instruction: 'COPY --link a b' });
    expect(step('link')).toMatchObject({ index: 2, instruction: 'LINK COPY --link a b' });
  });

  it('counts a warning once', () => {
    const { record } = start();
    const warning = { message: 'w', detail: [], lines: [1, 1] as const };
    record.update({ ...NOTHING, warnings: [warning, warning] });
    const before = record.build();
    record.update({ ...NOTHING, warnings: [{ ...warning }] });
    expect(record.build()).toBe(before);
    expect(before.warnings).toEqual([warning]);
  });

  it('ignores what belongs to no step', () => {
    const { record, changes } = start();
    record.update(wrote('x', 'text'));
    record.update({ ...NOTHING, transfers: [{ step: 'x', id: 't', current: 1, total: 1 }] });
    expect(changes.filter(({ changed, logs }) => changed.length > 0 || logs.length > 0)).toEqual(
      [],
    );
  });
});

describe('a step that another build has in common, and has named', () => {
  const stageOf = (dockerfile: string, name: string, more: RecordOptions = {}) => {
    const { record, step } = start({ dockerfile, ...more });
    record.update(told('s', { name }));
    return step('s')?.stage;
  };
  const one = 'FROM busybox:1.35\nRUN make  all\n';
  const several =
    'FROM alpine AS deps\nRUN get $WHAT\nFROM docker.io/library/busybox:1.35\nRUN make all\n';

  it.each([
    [one, '[one 1/2] FROM docker.io/library/busybox:1.35', '0'],
    [one, '[one 2/2] RUN make all', '0'],
    [one, '[stage-1 2/2] RUN make all', '0'],
    [several, '[one 1/2] FROM docker.io/library/busybox:1.35', '1'],
    [several, '[2/2] RUN make all', '1'],
    [several, '[2/2] RUN get it', 'deps'],
    [several, '[stage-1 2/2] RUN make all', '1'],
    [several, '[deps 2/2] RUN make all', 'deps'],
    // Nobody knows which stage that is of.
    [several, '[one 2/2] RUN something else', 'one'],
  ])('stands in the stage of its own Dockerfile: %#', (dockerfile, name, stage) => {
    expect(stageOf(dockerfile, name)).toBe(stage);
  });

  it('is not looked for where a classic builder names the steps', () => {
    const { record, step } = start({ dockerfile: 'FROM a AS app\nRUN x\n' });
    record.builtBy('classic');
    record.update(told('s', { name: '[app 2/2] RUN x' }));
    expect(step('s')?.stage).toBe('app');
  });
});
