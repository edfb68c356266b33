import { describe, expect, it } from 'vitest';
import {
  addPast,
  readHistory,
  storeHistory,
  toPast,
} from '../../../../src/engine/builds/history.ts';
import type { PastBuild } from '../../../../src/engine/builds/history.ts';
import { build, step } from './made.ts';
import { replay } from './recorded.ts';

const past = (id: string, started: number): PastBuild => ({
  build: build([step('[1/1] RUN x', [0, 1])], { id, started, ended: started + 1 }),
  tails: {},
});
const ids = (history: readonly PastBuild[]) => history.map((one) => one.build.id);
const throughJson = (history: readonly PastBuild[]) =>
  JSON.parse(JSON.stringify(storeHistory(history))) as unknown;

describe('the history', () => {
  it('keeps a real build and the log of what failed through JSON', () => {
    const record = replay('new-fail');
    const history = addPast([], toPast(record.build(), record.log));
    const { history: read, dropped } = readHistory(throughJson(history));
    expect(read).toEqual(history);
    expect(dropped).toBe(0);
    expect(Object.values(read[0]?.tails ?? {})).toEqual([['out', 'err']]);
  });

  it('cuts long lines and long logs', () => {
    const failing = build([step('a', [0, 1], { state: 'failed' })]);
    const head = `${'x\n'.repeat(100)}${'y'.repeat(5000)}\n`;
    const { tails } = toPast(failing, () => ({ head, dropped: 0, tail: '' }));
    expect(tails['a']).toHaveLength(50);
    expect(tails['a']?.at(-1)).toBe('y'.repeat(500));
  });

  it('has the newest first, each once, and no more than the limits', () => {
    let history: readonly PastBuild[] = [];
    for (const [id, at] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
      ['a', 4],
      ['d', 5],
    ] as const)
      history = addPast(history, past(id, at), { builds: 3, size: 1e6 });
    expect(ids(history)).toEqual(['d', 'a', 'b']);
    const size = JSON.stringify(past('d', 5)).length;
    expect(ids(addPast(history, past('e', 6), { builds: 9, size: size * 2.5 }))).toEqual([
      'e',
      'd',
    ]);
    const [only] = addPast([], past('huge', 6), { builds: 9, size: 10 });
    expect(only?.build).toMatchObject({ id: 'huge', steps: [] });
  });

  it('leaves builds that began in the same millisecond in their order', () => {
    const history = [past('c', 2), past('b', 1), past('a', 1)];
    expect(ids(readHistory(throughJson(history)).history)).toEqual(['c', 'b', 'a']);
  });

  it('drops what is damaged and says how much', () => {
    const good = past('good', 1);
    const damaged: unknown[] = [
      null,
      7,
      {},
      { build: {}, tails: {} },
      { ...good, tails: { a: 'no list' } },
      { ...good, build: { ...good.build, started: 'yesterday' } },
      { ...good, build: { ...good.build, state: 'exploded' } },
      { ...good, build: { ...good.build, steps: [{ id: 'a' }] } },
      { ...good, build: { ...good.build, warnings: [{ message: 'w', detail: [], lines: [1] }] } },
      { ...good, build: { ...good.build, request: { ...good.build.request, tags: [1] } } },
    ];
    const { history, dropped } = readHistory({ version: 9, builds: [...damaged, good, good] });
    expect(history).toEqual([good]);
    expect(dropped).toBe(damaged.length);
    expect(readHistory(undefined)).toEqual({ history: [], dropped: 0 });
    expect(readHistory('x')).toEqual({ history: [], dropped: 1 });
    expect(readHistory({ builds: 'x' })).toEqual({ history: [], dropped: 1 });
  });
});
