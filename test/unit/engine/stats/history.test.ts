import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Figures } from '../../../../src/engine/stats/figures.ts';
import { createHistory, SPAN } from '../../../../src/engine/stats/history.ts';

const BEGIN = 1_795_000_000;
const figures = (second: number, cpu: number, rest: Partial<Figures> = {}): Figures => ({
  at: (BEGIN + second) * 1000 + 15,
  cpu,
  memory: cpu * 10,
  limit: undefined,
  totals: { received: 0, sent: 0, read: 0, written: 0 },
  rates: { received: 1, sent: 2, read: 3, written: 4 },
  pids: 1,
  ...rest,
});
const values = (history: ReturnType<typeof createHistory>, from: number, to: number) => [
  ...history.values('cpu', BEGIN + from, BEGIN + to),
];
const no = Number.NaN;

describe('the history of a container', () => {
  test('has a value for each second, and none for those before the first', () => {
    const history = createHistory();
    for (const second of [0, 1, 2]) history.push(figures(second, second + 1));
    expect(values(history, -2, 2)).toEqual([no, no, 1, 2, 3]);
    expect(history.last).toBe(BEGIN + 2);
    expect([...history.values('memory', BEGIN, BEGIN + 1)]).toEqual([10, 20]);
    expect([...history.values('written', BEGIN, BEGIN)]).toEqual([4]);
  });

  test('lets a value stand where samples come seldom, but not for long', () => {
    const history = createHistory();
    history.push(figures(0, 5));
    history.push(figures(5, 6));
    expect(values(history, 0, 5)).toEqual([5, 5, 5, 5, 5, 6]);
    expect(values(history, 10, 14)).toEqual([6, 6, no, no, no]);
    // What stands at the beginning may have come before it.
    expect(values(history, 3, 4)).toEqual([5, 5]);
  });

  test('ends where a container does', () => {
    const history = createHistory();
    history.push(figures(0, 5));
    history.pause();
    history.push(figures(3, 7));
    expect(values(history, 0, 4)).toEqual([5, no, no, 7, 7]);
    createHistory().pause();
  });

  test('tells what is unknown as such', () => {
    const history = createHistory();
    history.push(figures(0, 1, { cpu: undefined, rates: undefined }));
    expect(values(history, 0, 0)).toEqual([no]);
    expect([...history.values('read', BEGIN, BEGIN)]).toEqual([no]);
    expect([...history.values('memory', BEGIN, BEGIN)]).toEqual([10]);
  });

  test('holds the last fifteen minutes, whatever comes in which order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4000), { minLength: 1, maxLength: 300 }), (seconds) => {
        const history = createHistory();
        const expected = new Map<number, number>();
        let last = 0;
        for (const [n, second] of seconds.entries()) {
          history.push(figures(second, n));
          if (second > last - SPAN) expected.set(second, n);
          last = Math.max(last, second);
        }
        const found = values(history, last - SPAN - 20, last);
        for (const [second, value] of expected)
          if (second > last - SPAN) expect(found[second - (last - SPAN - 20)]).toBe(value);
        expect(found.slice(0, 14)).toEqual(Array(14).fill(no));
      }),
    );
  });
});
