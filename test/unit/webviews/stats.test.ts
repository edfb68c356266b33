import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FRESH_STATS,
  readFromStats,
  readStatsMemory,
  SPAN_SECONDS,
} from '../../../src/webviews/protocol/stats.ts';
import type { StatsPlot, StatsRow } from '../../../src/webviews/protocol/stats.ts';
import { beginOf, drawnLimit, withPlot } from '../../../src/webviews/stats/plotData.ts';
import { filtered, held, pressed, sorted } from '../../../src/webviews/stats/sort.ts';
import {
  bytesText,
  chartSpoken,
  healthText,
  partOf,
  percentText,
  rateText,
  valueText,
} from '../../../src/webviews/stats/words.ts';

const row = (name: string, more: Partial<StatsRow> = {}): StatsRow => ({
  id: name,
  name,
  state: 'running',
  health: 'none',
  alerts: [],
  ...more,
});
const names = (rows: readonly StatsRow[]) => rows.map(({ name }) => name).join(' ');

describe('messages', () => {
  test('are read, and what the page never sends is none', () => {
    const chosen = { kind: 'project', name: 'shop' };
    expect(readFromStats({ type: 'choose', chosen, more: 1 })).toEqual({ type: 'choose', chosen });
    expect(readFromStats({ type: 'mute', name: 'api', muted: true })).toEqual({
      type: 'mute',
      name: 'api',
      muted: true,
    });
    expect(readFromStats({ type: 'logs', id: 'x' })).toEqual({ type: 'logs', id: 'x' });
    for (const odd of [
      null,
      'ready',
      [],
      { type: 'format' },
      { type: 'logs' },
      { type: 'choose', chosen: { kind: 'container', id: 5, name: 'x' } },
      { type: 'choose', chosen: { kind: 'project', name: 'x'.repeat(10_001) } },
    ])
      expect(readFromStats(odd)).toBeUndefined();
  });

  test('never make the reader throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('choose', 'mute', 'limits'), (value, type) => {
        readFromStats(value);
        readFromStats({ type, chosen: value, id: value, name: value });
        expect(readStatsMemory(value).sort.by).toBeTruthy();
        expect(readStatsMemory({ chosen: value, sort: value, filter: value })).toBeTruthy();
      }),
    );
  });

  test('of the memory are taken as they were kept', () => {
    const kept = {
      chosen: { kind: 'container', id: 'a', name: 'b' },
      sort: { by: 'memory', down: false },
      filter: 'x',
    };
    expect(readStatsMemory(kept)).toEqual(kept);
    expect(readStatsMemory({ sort: { by: 'colour', down: true } })).toEqual(FRESH_STATS);
  });
});

describe('the order', () => {
  const rows = [
    row('b10', { cpu: 5, restarts: 2, health: 'healthy' }),
    row('b9', { cpu: 5, health: 'unhealthy' }),
    row('a', { cpu: 80, rates: { received: 5, sent: 6, read: 0, written: 1 } }),
    row('c', { state: 'restarting' }),
  ];

  test('is by figures, equal ones by name, and unknown ones last either way', () => {
    expect(names(sorted(rows, { by: 'cpu', down: true }))).toBe('a b9 b10 c');
    expect(names(sorted(rows, { by: 'cpu', down: false }))).toBe('b9 b10 a c');
    expect(names(sorted(rows, { by: 'name', down: false }))).toBe('a b9 b10 c');
    expect(names(sorted(rows, { by: 'name', down: true }))).toBe('c b10 b9 a');
    expect(names(sorted(rows, { by: 'network', down: true }))).toBe('a b9 b10 c');
    expect(names(sorted(rows, { by: 'restarts', down: true }))).toBe('b10 a b9 c');
    expect(names(sorted(rows, { by: 'health', down: true }))).toBe('c b9 b10 a');
  });

  test('turns when a heading is pressed again', () => {
    expect(pressed({ by: 'cpu', down: true }, 'cpu')).toEqual({ by: 'cpu', down: false });
    expect(pressed({ by: 'cpu', down: true }, 'memory')).toEqual({ by: 'memory', down: true });
    expect(pressed({ by: 'cpu', down: true }, 'name')).toEqual({ by: 'name', down: false });
  });

  test('is kept while it is held, new ones at the end', () => {
    expect(names(held(rows, ['c', 'gone', 'b9']))).toBe('c b9 b10 a');
  });

  test('loses and doubles no row', () => {
    const some = fc.array(
      fc.record({ id: fc.uuid(), cpu: fc.option(fc.nat(9), { nil: undefined }) }),
    );
    fc.assert(
      fc.property(some, fc.boolean(), (made, down) => {
        const all = made.map(({ id, cpu }) => row(id, cpu === undefined ? {} : { cpu }));
        const ids = sorted(all, { by: 'cpu', down }).map(({ id }) => id);
        expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      }),
    );
  });

  test('is of those that the filter lets through', () => {
    const both = [row('api', { project: 'Shop' }), row('shopkeeper')];
    expect(names(filtered(both, ' shop '))).toBe('api shopkeeper');
    expect(names(filtered(both, 'SHOP api'))).toBe('api');
    expect(names(filtered(both, ''))).toBe('api shopkeeper');
  });
});

describe('what the charts show', () => {
  const plot = (from: number, values: (number | null)[], whole = false): StatsPlot => ({
    from,
    whole,
    columns: [
      { chart: 'cpu', name: 'CPU', values },
      { chart: 'memory', name: 'Memory', values },
    ],
    limit: 100,
  });

  test('is put on, the end of it told anew', () => {
    const first = withPlot(undefined, plot(1000, [1, 2, 3], true));
    const next = withPlot(first, plot(1001, [20, 30, 40]));
    expect(next?.seconds).toEqual([1000, 1001, 1002, 1003]);
    expect(next?.charts.cpu[0]?.values).toEqual([1, 20, 30, 40]);
    expect(next?.charts.network).toEqual([]);
  });

  test('begins anew when that is said, and with nothing before it waits for that', () => {
    const first = withPlot(undefined, plot(1000, [1, 2, 3], true));
    expect(withPlot(first, plot(5, [7], true))?.seconds).toEqual([5]);
    expect(withPlot(undefined, plot(5, [7]))).toBeUndefined();
  });

  test('is never more than fifteen minutes, nor out of step', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }), (steps) => {
        let to = 10_000;
        const all = Array.from({ length: SPAN_SECONDS }, (_, n) => to - SPAN_SECONDS + 1 + n);
        let data = withPlot(undefined, plot(all[0] ?? 0, all, true));
        for (const step of steps) {
          const from = to - 10;
          to += step;
          data = withPlot(
            data,
            plot(
              from,
              Array.from({ length: to - from + 1 }, (_, n) => from + n),
            ),
          );
        }
        expect(data?.seconds).toHaveLength(SPAN_SECONDS);
        expect(data?.charts.cpu[0]?.values).toEqual(data?.seconds);
        expect(data?.seconds.at(-1)).toBe(to);
      }),
    );
  });

  test('begins where something is known, and shows a minute at least', () => {
    const begin = (empty: number, known: number) => {
      const values = [...Array<null>(empty).fill(null), ...Array<number>(known).fill(1)];
      const made = withPlot(undefined, plot(1000, values, true));
      return made && beginOf(made) - 1000;
    };
    expect(begin(800, 100)).toBe(800);
    expect(begin(870, 30)).toBe(840);
    expect(begin(500, 400)).toBe(500);
    expect(begin(900, 0)).toBe(840);
    expect(begin(0, 5)).toBe(0);
  });

  test('has the limit where memory comes near it', () => {
    const data = (most: number) => withPlot(undefined, plot(0, [null, most], true));
    const limit = (most: number) => {
      const made = data(most);
      return made && drawnLimit(made);
    };
    expect(limit(40)).toBeUndefined();
    expect(limit(60)).toBe(100);
  });
});

test('words say what is known, and that something is not', () => {
  expect([percentText(187.24), bytesText(1_500_000.4), rateText(0.4)]).toEqual([
    '187.2%',
    '1.5 MB',
    '0 B/s',
  ]);
  expect([percentText(undefined), bytesText(undefined), rateText(undefined)]).toEqual([
    '–',
    '–',
    '–',
  ]);
  expect([valueText('cpu', null), valueText('memory', 5), valueText('blocks', 5)]).toEqual([
    '–',
    '5 B',
    '5 B/s',
  ]);
  expect(healthText(row('a', { state: 'paused', health: 'healthy' }))).toBe('paused');
  expect(healthText(row('a'))).toBe('');
  expect(partOf(row('a', { memory: 200, limit: 100 }))).toBe(1);
  expect(partOf(row('a', { memory: 200 }))).toBeUndefined();
  expect(chartSpoken('cpu', 'api', [{ name: 'CPU', values: [1, 30, null] }])).toBe(
    'CPU of api, last 15 minutes: – now, 30.0% at the most',
  );
  expect(chartSpoken('cpu', 'api', [])).toContain('CPU of api');
});
