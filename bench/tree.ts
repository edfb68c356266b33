import { statSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { activation } from './lib/activation.ts';
import { firstRows } from './lib/firstRows.ts';
import { idle } from './lib/idle.ts';
import { live } from './lib/live.ts';
import { counted } from './lib/report.ts';
import type { BenchResult, BenchRow } from './lib/report.ts';
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
const measures: Readonly<Record<string, (stage: Stage) => Promise<BenchRow[]>>> = {
  size: async ({ stevedore }) => [
    counted('size of the .vsix', statSync(stevedore.vsix).size, 1_000_000, 'bytes'),
  ],
  activation,
  live: async (stage) => [...(await live(stage, 200)), ...(await live(stage, 1000))],
  first: (stage) => firstRows(stage, 1000),
  idle: (stage) => idle(stage, 1000),
};

async function measure(): Promise<BenchResult> {
  const stage = await openStage(life, options.vsix);
  const wanted = options.only?.split(',') ?? Object.keys(measures);
  const rows: BenchRow[] = [];
  for (const name of wanted) {
    const run = measures[name];
    if (!run) throw new Error(`there is no measure ${name}`);
    const [load = 0] = loadavg();
    console.error(`measuring ${name}, load ${load.toFixed(1)}`);
    for (const row of await run(stage)) {
      console.error(JSON.stringify(row));
      rows.push(row);
    }
  }
  return { name: 'tree', rows };
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
