import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { activation } from './lib/activation.ts';
import { conclude, runMeasures } from './lib/conclude.ts';
import { firstRows } from './lib/firstRows.ts';
import { idle } from './lib/idle.ts';
import { live } from './lib/live.ts';
import { counted } from './lib/report.ts';
import type { BenchResult } from './lib/report.ts';
import { openStage } from './lib/stage.ts';
import type { Stage } from './lib/stage.ts';

/**
 * The benchmark of the live tree; scripts/bench.ts runs it inside a bed. Writes a BenchResult to `--out`.
 * With CONTAINER_TOOLS_VSIX, the path of Microsoft's package, that extension is measured beside ours.
 */
const { values: options } = parseArgs({
  options: {
    vsix: { type: 'string', default: 'stevedore.vsix' },
    out: { type: 'string' },
    /** Measures that are wanted, separated by commas: size, activation, live, first, idle. */
    only: { type: 'string' },
  },
});

const life = lifetime();

/** In this order: the engine holds nothing at first, and containers are only ever added. */
const measures = (stage: Stage) => ({
  size: () => [
    counted('size of the .vsix', statSync(stage.stevedore.vsix).size, 1_000_000, 'bytes'),
  ],
  activation: () => activation(stage),
  live: async () => [...(await live(stage, 200)), ...(await live(stage, 1000))],
  first: () => firstRows(stage, 1000),
  idle: () => idle(stage, 1000),
});

async function measure(): Promise<BenchResult> {
  const stage = await openStage(life, options.vsix);
  return { name: 'tree', rows: await runMeasures(measures(stage), options.only?.split(',')) };
}

await conclude(options.out, measure, life.end);
