import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileQuery } from '../../../src/engine/logs/query.ts';
import { createRing } from '../../../src/engine/logs/ring.ts';
import { findLine } from '../../../src/engine/logs/search.ts';
import { createSlices } from '../../../src/engine/logs/slices.ts';
import { wholeView } from '../../../src/engine/logs/view.ts';
import { counted, timed } from '../report.ts';
import type { BenchRow } from '../report.ts';

const LINES = 1_000_000;
const ROUNDS = 7;

/** Searches a million lines, of which only the last matches: as the viewer does, up to the line's number. */
export async function search(): Promise<BenchRow[]> {
  const ring = createRing({ lines: LINES, bytes: 128_000_000 });
  for (let n = 1; n < LINES; n++)
    ring.push(
      Buffer.from(`[info] request ${n} GET /items/${n % 977} served in ${n % 83} ms`),
      n,
      0,
      0,
    );
  ring.push(Buffer.from('[error] Connection refused by upstream 42'), LINES, 0, 0);
  const slices = createSlices();
  const queries = [
    ['a text in any case', { text: 'connection refused', regex: false, caseSensitive: false }],
    [
      'an expression',
      { text: 'refus\\w+ by (up|down)stream \\d+$', regex: true, caseSensitive: true },
    ],
  ] as const;
  const rows: BenchRow[] = [];
  let longest = 0;
  for (const [what, query] of queries) {
    const compiled = compileQuery(query);
    if (!compiled.ok) throw new Error(compiled.problem);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(50);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const begun = performance.now();
      const where = { from: 0, back: false };
      const found = await findLine(ring, wholeView(ring), compiled.matcher, where, slices);
      times.push(performance.now() - begun);
      delay.disable();
      longest = Math.max(longest, delay.max / 1e6);
      if (found?.index !== LINES - 1) throw new Error('the line was not found');
    }
    const work = `Search of 1,000,000 lines for ${what} that only the last has`;
    rows.push(timed({ work, ours: times, goalMs: 200 }));
  }
  rows.push(
    counted('The same: the longest that nothing else could run', Math.round(longest), 50, 'ms'),
  );
  return rows;
}
