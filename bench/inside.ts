import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { listing } from './lib/inside/listing.ts';
import { logs } from './lib/inside/logs.ts';
import { search } from './lib/inside/search.ts';
import type { BenchResult, BenchRow } from './lib/report.ts';

/**
 * The benchmark of what looks into containers and images; scripts/bench.ts runs it inside a bed. Writes a BenchResult to
 * `--out`.
 */
const { values: options } = parseArgs({
  options: {
    vsix: { type: 'string' },
    out: { type: 'string' },
    /** Measures that are wanted, separated by commas: search, logs, listing. */
    only: { type: 'string' },
  },
});

const life = lifetime();

const measures: Readonly<Record<string, (add: typeof life.add) => Promise<BenchRow[]>>> = {
  search,
  logs,
  listing,
};

async function measure(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  for (const name of options.only?.split(',') ?? Object.keys(measures)) {
    const run = measures[name];
    if (!run) throw new Error(`there is no measure ${name}`);
    const [load = 0] = loadavg();
    console.error(`measuring ${name}, load ${load.toFixed(1)}`);
    for (const row of await run(life.add)) {
      console.error(JSON.stringify(row));
      rows.push(row);
    }
  }
  return { name: 'inside', rows };
}

try {
  const result = await measure();
  if (options.out !== undefined) writeFileSync(options.out, JSON.stringify(result));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await life.end();
}
