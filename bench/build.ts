import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { ask } from '../scripts/lib/process.ts';
import { ensureBaseImage } from '../test/engine/bed/base.ts';
import { conclude } from './lib/conclude.ts';
import { openStage } from './lib/stage.ts';
import { writeContext } from './lib/build/context.ts';
import { stepToRow } from './lib/build/rows.ts';
import { buildx, dockerode, stevedore } from './lib/build/methods.ts';
import type { OwnBuild } from './lib/build/methods.ts';
import { counted, measured } from './lib/report.ts';
import type { BenchResult, BenchRow } from './lib/report.ts';

/**
 * The benchmark of builds; scripts/bench.ts runs it inside a bed. Writes a BenchResult to `--out`. One context, one engine,
 * three ways to build it that take turns.
 */
const { values: options } = parseArgs({
  options: {
    vsix: { type: 'string', default: 'stevedore.vsix' },
    out: { type: 'string' },
    files: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '15000' },
    rounds: { type: 'string', default: '7' },
  },
});

const life = lifetime();
const METHODS = ['buildx', 'dockerode', 'stevedore'] as const;
type Name = (typeof METHODS)[number];
type Times = Record<Name, number[]>;

async function measure(): Promise<BenchResult> {
  const host = process.env['STEVEDORE_TEST_ENGINE'];
  if (host === undefined) throw new Error('no engine: run this through scripts/bench.ts');
  const socket = host.slice('unix://'.length);
  await ensureBaseImage(socket);
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-bench-'));
  life.add(() => rmSync(dir, { recursive: true, force: true }));
  const touch = writeContext(dir, Number(options.files), Number(options.bytes));
  const own = await stevedore(host);
  life.add(() => Promise.resolve(void own.end()));
  const builds: OwnBuild[] = [];
  const methods: Record<Name, (tag: string) => Promise<number>> = {
    buildx: (tag) => buildx(host)(dir, tag),
    dockerode: (tag) => dockerode(socket)(dir, tag),
    stevedore: async (tag) => {
      const result = await own.build(dir, tag);
      builds.push(result);
      return result.ms;
    },
  };
  const clean = async () => {
    for (const name of METHODS) await ask(socket, 'DELETE', `/images/bench-${name}?force=1`);
    await ask(socket, 'POST', '/build/prune?all=1');
  };

  /** Each round has all methods, in an order that moves on; `before` makes them equal. */
  async function rounds(count: number, before: (name: Name) => Promise<void>): Promise<Times> {
    const times: Times = { buildx: [], dockerode: [], stevedore: [] };
    for (let round = 0; round < count; round++)
      for (let turn = 0; turn < METHODS.length; turn++) {
        const name = METHODS[(round + turn) % METHODS.length] ?? 'buildx';
        await before(name);
        const [load = 0] = loadavg();
        const ms = await methods[name](`bench-${name}`);
        times[name].push(ms);
        console.error(`${name}: ${Math.round(ms)} ms, load ${load.toFixed(1)}`);
      }
    return times;
  }

  const compared = (work: string, times: Times, most: number): BenchRow[] => [
    measured({
      work,
      peer: { name: 'buildx, docker driver', times: times.buildx },
      ours: times.stevedore,
      most,
    }),
    measured({
      work,
      peer: { name: 'plain API build (dockerode)', times: times.dockerode },
      ours: times.stevedore,
      most: 1,
    }),
  ];

  const count = Number(options.rounds);
  console.error('cold');
  const cold = await rounds(Math.ceil(count / 2), clean);
  const memory = Math.max(...builds.map((build) => build.memory));
  console.error('nothing changed');
  // Each has built it once before its first round.
  const unchanged = await rounds(count, async (name) => {
    if (builds.length === Math.ceil(count / 2)) await methods[name](`bench-${name}`);
  });
  console.error('one small file changed');
  builds.length = 0;
  const changed = await rounds(count, async () => touch());
  const last = builds.at(-1);
  return {
    name: 'build',
    rows: [
      ...compared('nothing changed', unchanged, 0.4),
      ...compared('one small file changed', changed, 1),
      ...compared('cold', cold, 0.9),
      counted('contents sent when one file changes', last?.bytes ?? 0, 1000, 'bytes'),
      counted('memory beyond what the process had, cold', Math.round(memory / 1e6), 150, 'MB'),
      ...(await stepToRow(await openStage(life, options.vsix))),
    ],
  };
}

await conclude(options.out, measure, life.end);
