import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lifetime } from '../scripts/lib/lifetime.ts';
import { run } from '../scripts/lib/run.ts';
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
  const write = (name: string) => {
    const context = join(dir, name);
    mkdirSync(context);
    return { context, touch: writeContext(context, Number(options.files), Number(options.bytes)) };
  };
  const own = await stevedore(host);
  life.add(() => Promise.resolve(void own.end()));
  const builds: OwnBuild[] = [];
  const methods: Record<Name, (context: string, tag: string) => Promise<number>> = {
    buildx: buildx(host),
    dockerode: dockerode(socket),
    stevedore: async (context, tag) => {
      const result = await own.build(context, tag);
      builds.push(result);
      return result.ms;
    },
  };

  /** Each round has all methods, in an order that moves on; `before` makes them equal, and gives the context. */
  async function rounds(
    count: number,
    before: (name: Name, round: number) => Promise<string>,
  ): Promise<Times> {
    const times: Times = { buildx: [], dockerode: [], stevedore: [] };
    for (let round = 0; round < count; round++)
      for (let turn = 0; turn < METHODS.length; turn++) {
        const name = METHODS[(round + turn) % METHODS.length] ?? 'buildx';
        const context = await before(name, round);
        const [load = 0] = loadavg();
        const ms = await methods[name](context, `bench-${name}`);
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
  // Other files each time, and none deleted: ext4 looks for minutes at each inode that was freed whenever it needs one, which
  // would take the engine longer than the build.
  const cold = await rounds(Math.ceil(count / 2), async (name, round) => {
    const { context } = write(`${name}-${round}`);
    await run('sync', []);
    return context;
  });
  const memory = Math.max(...builds.map((build) => build.memory));
  const { context, touch } = write('context');
  for (const name of METHODS) await methods[name](context, `bench-${name}`);
  console.error('nothing changed');
  const unchanged = await rounds(count, async () => context);
  console.error('one small file changed');
  const changed = await rounds(count, async () => {
    touch();
    return context;
  });
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
