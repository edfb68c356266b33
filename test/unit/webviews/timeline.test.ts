import { describe, expect, test } from 'vitest';
import type {
  TimelineHead,
  TimelineMemory,
  TimelineStep,
} from '../../../src/webviews/protocol/timeline.ts';
import { readFromTimeline, readTimelineMemory } from '../../../src/webviews/protocol/timeline.ts';
import { frameOf, geometry } from '../../../src/webviews/timeline/frame.ts';
import { lanesOf, rowsOf, spanOf } from '../../../src/webviews/timeline/lanes.ts';
import { applied, durationOf, elapsedOf } from '../../../src/webviews/timeline/model.ts';
import type { Model } from '../../../src/webviews/timeline/model.ts';
import { moveOf } from '../../../src/webviews/timeline/move.ts';
import {
  facts,
  figure,
  keyword,
  laneFigure,
  spoken,
  summary,
} from '../../../src/webviews/timeline/words.ts';

const step = (id: string, rest: Partial<TimelineStep> = {}): TimelineStep => ({
  id,
  instruction: `RUN make ${id}`,
  state: 'completed',
  started: 1000,
  ended: 3000,
  duration: 2000,
  bytes: 0,
  logBytes: 0,
  ...rest,
});

const head = (rest: Partial<TimelineHead> = {}): TimelineHead => ({
  id: 'build',
  name: 'web',
  dockerfile: 'Dockerfile',
  state: 'completed',
  started: 1000,
  ended: 9000,
  lanes: [
    { key: 'internal', name: 'Preparation', steps: ['a'] },
    { key: 'stage deps', name: 'deps', steps: ['b', 'c'] },
  ],
  critical: ['a', 'c'],
  advice: [],
  ...rest,
});

const model = (rest: Partial<Model> = {}): Model => ({
  head: head(),
  steps: [step('a'), step('b'), step('c')],
  clockOffset: 0,
  ...rest,
});

const moment = { begin: 1000, now: 9000, isOver: true };
const all = lanesOf(head(), model().steps);

describe('messages', () => {
  test('of the page are read', () => {
    for (const type of ['ready', 'cancel', 'rerun'])
      expect(readFromTimeline({ type })).toEqual({ type });
    for (const type of ['log', 'open'])
      expect(readFromTimeline({ type, step: 'sha256:1', more: 1 })).toEqual({
        type,
        step: 'sha256:1',
      });
  });

  test.each([
    [undefined],
    [null],
    ['ready'],
    [['ready']],
    [{}],
    [{ type: 'build' }],
    [{ type: 'open' }],
    [{ type: 'open', step: 7 }],
    [{ type: 'open', step: '' }],
    [{ type: 'log', step: 'x'.repeat(1001) }],
    [{ type: ['ready'] }],
  ])('of another kind are nothing: %j', (message) => {
    expect(readFromTimeline(message)).toBeUndefined();
  });

  test('tell what changed, and new steps at the end', () => {
    const changed = step('b', { state: 'failed' });
    const next = applied(model(), { type: 'change', now: 5000, steps: [changed, step('d')] }, 4000);
    expect(next?.steps.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(next?.steps[1]).toBe(changed);
    expect(next?.head).toEqual(head());
    expect(next?.clockOffset).toBe(1000);
  });

  test('of a change to a build that is not known leave it unknown', () => {
    expect(applied(undefined, { type: 'change', now: 0, steps: [] }, 0)).toBeUndefined();
    expect(applied(model(), { type: 'gone' }, 0)).toBeUndefined();
  });
});

describe('memory', () => {
  test('is read as it was kept', () => {
    const kept: TimelineMemory = {
      build: 'b',
      zoom: 2.5,
      left: 10,
      top: 20,
      folded: ['stage deps'],
      row: 'step a',
      adviceFolded: true,
    };
    expect(readTimelineMemory(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  test('of another shape gives what can be used of it', () => {
    expect(readTimelineMemory(undefined)).toBeUndefined();
    expect(readTimelineMemory({ zoom: 3 })).toBeUndefined();
    expect(
      readTimelineMemory({
        build: 'b',
        zoom: -4,
        left: 'x',
        top: Infinity,
        folded: [1, 'k'],
        row: 5,
      }),
    ).toEqual({ build: 'b', zoom: 1, left: 0, top: 0, folded: ['k'] });
  });
});

describe('rows', () => {
  test('are lanes, and the steps of those that are not folded', () => {
    expect(rowsOf(all, new Set()).map(({ key }) => key)).toEqual([
      'lane internal',
      'step a',
      'lane stage deps',
      'step b',
      'step c',
    ]);
    expect(rowsOf(all, new Set(['stage deps'])).map(({ key }) => key)).toEqual([
      'lane internal',
      'step a',
      'lane stage deps',
    ]);
  });

  test('leave out steps that are not known', () => {
    expect(lanesOf(head(), [step('b')]).map(({ steps }) => steps.map(({ id }) => id))).toEqual([
      [],
      ['b'],
    ]);
  });

  test('of a lane span its steps', () => {
    const lane = (steps: TimelineStep[]) => ({ key: 'k', name: 'n', steps });
    expect(spanOf(lane([step('a'), step('b', { started: 500, ended: 600 })]))).toEqual({
      from: 500,
      to: 3000,
    });
    expect(spanOf(lane([step('a'), step('b', { state: 'running' })]))).toEqual({ from: 1000 });
    const { started: _, ...waiting } = step('a', { state: 'waiting' });
    expect(spanOf(lane([waiting]))).toBeUndefined();
  });
});

describe('keys', () => {
  const rows = rowsOf(all, new Set());
  const folded = rowsOf(all, new Set(['internal']));
  test.each([
    ['ArrowDown', 0, { kind: 'focus', index: 1 }],
    ['ArrowDown', 4, { kind: 'focus', index: 4 }],
    ['ArrowUp', 0, { kind: 'focus', index: 0 }],
    ['ArrowUp', 3, { kind: 'focus', index: 2 }],
    ['Home', 3, { kind: 'focus', index: 0 }],
    ['End', 1, { kind: 'focus', index: 4 }],
    ['PageDown', 0, { kind: 'focus', index: 2 }],
    ['PageUp', 4, { kind: 'focus', index: 2 }],
    ['ArrowLeft', 4, { kind: 'focus', index: 2 }],
    ['ArrowLeft', 2, { kind: 'fold', lane: 'stage deps' }],
    ['ArrowRight', 2, { kind: 'focus', index: 3 }],
    ['ArrowRight', 3, undefined],
    ['a', 3, undefined],
    ['ArrowDown', 99, undefined],
  ])('%s on row %i', (key, index, expected) => {
    expect(moveOf(key, rows, index, 3)).toEqual(expected);
  });

  test('unfold a folded stage', () => {
    expect(moveOf('ArrowRight', folded, 0, 3)).toEqual({ kind: 'unfold', lane: 'internal' });
    expect(moveOf('ArrowLeft', folded, 0, 3)).toBeUndefined();
  });
});

describe('times', () => {
  test('of a build end with the last that happened', () => {
    expect(elapsedOf(model(), 99_000)).toBe(8000);
    expect(elapsedOf(model({ head: head({ state: 'running' }) }), 99_000)).toBe(98_000);
  });

  test('of a step that was started twice are added up', () => {
    const running = step('a', { state: 'running', duration: 700, since: 5000 });
    expect(durationOf(running, 5300)).toBe(1000);
    expect(durationOf(running, 4000)).toBe(700);
    expect(durationOf(step('a'), 99_000)).toBe(2000);
  });
});

describe('geometry', () => {
  test('fills the width that there is, from 300 pixels up', () => {
    for (const width of [300, 320, 559, 560, 900, 2400]) {
      const { nameWidth, plotWidth, width: whole, narrow } = geometry(width, 1, 60_000);
      expect(whole).toBe(width);
      expect(nameWidth + plotWidth).toBeLessThan(width);
      expect(plotWidth).toBeGreaterThan(width / 3);
      expect(narrow).toBe(width < 560);
    }
  });

  test('draws only the marks that are seen', () => {
    const memory = { build: 'build', zoom: 200, left: 20_000, top: 0, folded: [] };
    const frame = frameOf(model(), memory, 900, 9000);
    expect(frame.ticks.length).toBeLessThan(10);
    expect(frame.ticks[0]?.at).toBeGreaterThan(1000);
  });
});

describe('words', () => {
  const lane = { key: 'k', name: 'deps', steps: [] };

  test('sum a build up', () => {
    const steps = [
      step('a', { bytes: 1_000_000 }),
      step('f', { index: 1, state: 'cached', instruction: 'FROM x' }),
      step('b', { index: 2, state: 'cached' }),
      step('c', { index: 3, bytes: 234_567 }),
    ];
    expect(summary(model({ steps }), 72_000)).toEqual([
      'Completed in 1 min 12 s',
      '1 of 2 steps cached',
      '1.23 MB transferred',
    ]);
    expect(summary(model({ head: head({ state: 'failed' }), steps: [] }), 400)).toEqual([
      'Failed after 0.4 s',
    ]);
  });

  test('count the steps of a stage as those of the build', () => {
    const from = step('f', { index: 1, state: 'cached', instruction: 'FROM x' });
    const own = [step('b', { index: 2, state: 'cached' }), step('c', { index: 3 })];
    expect(laneFigure({ ...lane, steps: [from, ...own] })).toBe('2 steps, 1 cached');
    expect(laneFigure({ ...lane, steps: [from, step('c', { index: 2 })] })).toBe('1 step');
    expect(laneFigure({ ...lane, steps: [from] })).toBe('base image');
    expect(laneFigure({ ...lane, steps: [step('i'), step('j')] })).toBe('2 steps');
  });

  test('speak of a step', () => {
    const own = step('a', { index: 2, total: 4, started: 4200 });
    expect(spoken(own, lane, true, moment)).toBe(
      'RUN make a, deps 2 of 4, completed 2.0 s, started at 3.2 s, on the critical path',
    );
    expect(spoken(step('a', { state: 'cached' }), lane, false, moment)).toBe(
      'RUN make a, deps, cached',
    );
  });

  test('speak of what is only on the card of a step', () => {
    const own = step('a', { state: 'failed', error: 'exit code: 2', bytes: 2000 });
    const platform = 'linux/arm64';
    expect(spoken({ ...own, platform }, lane, false, moment)).toBe(
      'RUN make a, deps, linux/arm64, failed 2.0 s: exit code: 2, started at 0 ms, 2 kB transferred',
    );
    // What still grows would be said again and again.
    const running = step('a', { state: 'running', bytes: 2000 });
    expect(spoken(running, lane, false, moment)).not.toContain('transferred');
    const long = spoken(
      step('a', { state: 'failed', error: 'x'.repeat(5000) }),
      lane,
      false,
      moment,
    );
    expect(long.length).toBeLessThan(400);
  });

  test('tell what waits from what was never run', () => {
    const waiting = step('a', { state: 'waiting' });
    expect(figure(waiting, { ...moment, isOver: false })).toBe('waiting');
    expect(figure(waiting, moment)).toBe('not run');
  });

  test('set the instruction apart', () => {
    expect(keyword('RUN make')).toEqual(['RUN', ' make']);
    expect(keyword('[internal] load')).toEqual(['', '[internal] load']);
  });

  test('list what is known of a step', () => {
    const own = step('a', {
      duration: 500,
      bytes: 2000,
      lines: [3, 5],
      platform: 'linux/arm64',
    });
    expect(facts(own, lane, true, moment, 'Dockerfile')).toEqual([
      ['State', 'Completed'],
      ['Duration', '0.5 s of 2.0 s'],
      ['Started', 'after 0 ms'],
      ['Transferred', '2 kB'],
      ['Stage', 'deps'],
      ['Platform', 'linux/arm64'],
      ['Critical path', 'the build’s end waited for it'],
      ['Source', 'Dockerfile, lines 3 to 5'],
    ]);
    expect(facts(step('a', { state: 'cached', lines: [3, 3] }), lane, false, moment, 'D')).toEqual([
      ['State', 'Cached'],
      ['Stage', 'deps'],
      ['Source', 'D, line 3'],
    ]);
  });

  test('make marks visible that turn the writing direction', () => {
    expect(spoken(step('a', { instruction: 'RUN \u202ekam' }), lane, false, moment)).toContain(
      'RUN \\u202ekam',
    );
  });
});
