import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureHost } from '../scripts/lib/host.ts';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { ask } from '../scripts/lib/process.ts';
import { launchBrowser } from '../scripts/lib/vscode.ts';
import { activation } from './lib/activation.ts';
import { containersOf } from './lib/containers.ts';
import { firstRows } from './lib/firstRows.ts';
import { idle } from './lib/idle.ts';
import { live } from './lib/live.ts';
import { counted } from './lib/report.ts';
import type { BenchResult, BenchRow } from './lib/report.ts';
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

async function prepare(): Promise<Stage> {
  const engine = process.env['STEVEDORE_TEST_ENGINE'];
  if (engine === undefined) throw new Error('no engine: run this through scripts/bench.ts');
  const socket = engine.slice('unix://'.length);
  const { body } = await ask(socket, 'GET', '/version');
  const version = JSON.parse(body) as { readonly Version: string; readonly ApiVersion: string };
  console.error(`engine ${version.Version}, API ${version.ApiVersion}`);
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-bench-'));
  life.add(() => rmSync(dir, { recursive: true, force: true }));
  const browser = await launchBrowser();
  life.add(() => browser.close());
  const theirs = process.env['CONTAINER_TOOLS_VSIX'];
  return {
    host: await ensureHost(),
    browser,
    dir,
    engine,
    socket,
    containers: containersOf(socket),
    stevedore: {
      name: 'Stevedore',
      id: 'stevedore.stevedore',
      icon: 'Stevedore',
      vsix: resolve(options.vsix),
    },
    theirs: theirs
      ? {
          name: 'Container Tools',
          id: 'ms-azuretools.vscode-containers',
          icon: 'Containers',
          vsix: resolve(theirs),
        }
      : undefined,
  };
}

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
  const stage = await prepare();
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
