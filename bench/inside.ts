import { parseArgs } from 'node:util';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { bundled } from './lib/bundled.ts';
import { conclude, runMeasures } from './lib/conclude.ts';
import { listing } from './lib/inside/listing.ts';
import { layers } from './lib/inside/layers.ts';
import { logs } from './lib/inside/logs.ts';
import { search } from './lib/inside/search.ts';
import type { stats } from './lib/inside/stats.ts';
import type { BenchResult } from './lib/report.ts';

/**
 * The benchmark of what looks into containers and images; scripts/bench.ts runs it inside a bed. Writes a BenchResult to
 * `--out`.
 */
const { values: options } = parseArgs({
  options: {
    vsix: { type: 'string' },
    out: { type: 'string' },
    /** Measures that are wanted, separated by commas: search, logs, listing, layers, stats. */
    only: { type: 'string' },
  },
});

const life = lifetime();

const measures = {
  search,
  logs: () => logs(life.add),
  listing,
  layers: () => layers(life.add),
  stats: async () => (await bundled<{ stats: typeof stats }>('inside/stats')).stats(life.add),
};

async function measure(): Promise<BenchResult> {
  return { name: 'inside', rows: await runMeasures(measures, options.only?.split(',')) };
}

await conclude(options.out, measure, life.end);
