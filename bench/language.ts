import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundleCheck } from '../scripts/bundle/check.mjs';
import { SERVER_FLAGS } from '../src/util/serverFlags.ts';
import { conclude, runMeasures } from './lib/conclude.ts';
import { engineFigures } from './lib/language/agree/figures.ts';
import { corpusFigures } from './lib/language/corpus.ts';
import { fuzz } from './lib/language/fuzz.ts';
import { keystrokeTimes, requestTimes } from './lib/language/session.ts';
import { PATHOLOGICAL, SMALL, stages } from './lib/language/texts.ts';
import type { BenchResult, BenchRow } from './lib/report.ts';
import { median, timed } from './lib/report.ts';

/**
 * The benchmark of the Dockerfile language server: no engine, no network, no editor. What is measured in one process with
 * a library runs bundled by plain Node with the flags of the server's process, as it ships. `--only` takes measures separated by
 * commas, `--fuzz`, `--texts` and `--seed` numbers. The measure `engine` asks an engine: it is left out outside of a bed.
 */
const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string' },
    fuzz: { type: 'string', default: '100000' },
    texts: { type: 'string', default: '4000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

/** What main.ts gives as debounceMs. */
const DEBOUNCE_MS = 150;
/** A library that takes longer is ended. */
const PATIENCE_MS = 30_000;
const dir = mkdtempSync(join(tmpdir(), 'stevedore-bench-language-'));
const program = (name: string) => join(dir, `${name}.cjs`);

async function bundle(name: string, entry: string, external: string[] = []): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: program(name),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    external,
  });
}

/** Milliseconds of the rounds of one job of measure.ts in a process of its own; undefined when it takes too long. */
function measured(
  job: 'both' | 'ours' | 'peer' | 'growth',
  work: string,
  ...texts: readonly string[]
): number[][] | undefined {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [...SERVER_FLAGS, program('measure'), job, work, ...texts],
    {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
      env: { ...process.env, NODE_PATH: resolve('node_modules') },
    },
  );
  if (error && 'code' in error && error.code === 'ETIMEDOUT') return undefined;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as number[][];
}

function sideBySide(
  work: string,
  of: string,
  text: string,
  peer: string,
  goalMs: number,
): BenchRow {
  const [ours, times] = measured('both', of, text) ?? [];
  if (!ours || !times) throw new Error(`${work} takes more than ${PATIENCE_MS} ms`);
  return timed({ work, ours, goalMs, peer: { name: peer, times } });
}

const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/**
 * How much longer ten times as many lines take.
 * @param small milliseconds of ten times the small file
 */
function growth(
  work: string,
  small: readonly number[],
  large: readonly number[],
  peer = '',
  theirs = '',
): BenchRow {
  const [less, more] = [median(small) / 10, median(large)];
  const factor = more / less;
  return {
    work: `${work}: 10,000 lines by 1,000`,
    peer,
    peerMs: null,
    oursMs: null,
    ratio: null,
    goal: '≤ ×11',
    ok: factor <= 11,
    found: `×${factor.toFixed(1)} (${ms(less)} to ${ms(more)})${theirs === '' ? '' : `; peer ${theirs}`}`,
  };
}

/** The peer's growth in words. */
function peerGrowth(of: string, texts: readonly [string, string]): string {
  const less = measured('peer', of, texts[0])?.[0];
  const more = measured('peer', of, texts[1])?.[0];
  if (!less) return `over ${PATIENCE_MS / 1000} s for 1,000`;
  if (!more) return `${ms(median(less))} to over ${PATIENCE_MS / 1000} s`;
  return `×${(median(more) / median(less)).toFixed(1)} (${ms(median(less))} to ${ms(median(more))})`;
}

const UTILS = 'dockerfile-utils';
const SERVICE = 'dockerfile-language-service';
const STAGES = ['stages1000', 'stages10000'] as const;
const LONG = ['run1000', 'run10000'] as const;

function growths(of: string, name: string, texts: readonly [string, string]): BenchRow {
  const [small, large] = measured('growth', of, ...texts) ?? [];
  if (!small || !large) throw new Error(`${of} of ${texts[1]} takes more than ${PATIENCE_MS} ms`);
  const peer = of === 'diagnostics' ? UTILS : SERVICE;
  return growth(name, small, large, peer, peerGrowth(of, texts));
}

function pathological(): BenchRow[] {
  return Object.keys(PATHOLOGICAL).flatMap((name) =>
    (['diagnostics', 'semantic tokens', 'formatting'] as const).map((of) => {
      const ours = measured('ours', of, name)?.[0];
      const theirs = measured('peer', of, name)?.[0];
      const peer = of === 'diagnostics' ? UTILS : SERVICE;
      const row = timed({
        work: `${of} of ${name}`,
        ours: ours ?? [PATIENCE_MS],
        goalMs: 1000,
        ...(theirs ? { peer: { name: peer, times: theirs } } : {}),
      });
      return theirs
        ? row
        : { ...row, peer, found: `${row.found}; peer over ${PATIENCE_MS / 1000} s` };
    }),
  );
}

async function requests(): Promise<BenchRow[]> {
  const sources = { small: stages(1000), large: stages(10_000) };
  const rows: BenchRow[] = [];
  for (const place of ['at the end', 'in the middle'] as const)
    for (const [name, { small, large }] of await requestTimes(
      program('server'),
      sources,
      15,
      place,
    ))
      rows.push(growth(`keystroke ${place} and ${name} over a connection`, small, large));
  return rows;
}

function checkStart(): BenchRow {
  const file = join(dir, 'Dockerfile');
  writeFileSync(file, SMALL);
  const run = (...args: readonly string[]) => {
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0 && status !== 1) throw new Error(stderr);
    return performance.now() - began;
  };
  const check = [program('stevedore-check'), file, '--format', 'json', '--no-shellcheck'];
  run(...check);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < 15; i++) {
    ours.push(run(...check));
    bare.push(run('--eval', '0'));
  }
  return timed({
    work: 'stevedore-check without ShellCheck of a file of 42 lines, from its start to its end',
    ours,
    goalMs: 150,
    peer: { name: 'Node that does nothing', times: bare },
  });
}

async function keystroke(): Promise<BenchRow> {
  const times = await keystrokeTimes(program('server'), stages(1000), 31);
  return timed({
    work: `Keystroke to diagnostics over a connection, 1,000 lines, beyond the ${DEBOUNCE_MS} ms of waiting`,
    ours: times.map((time) => time - DEBOUNCE_MS),
    goalMs: 50,
  });
}

function fuzzed(): BenchRow {
  const { seed, count, exceptions, slowest } = fuzz(Number(options.fuzz), Number(options.seed));
  for (const exception of exceptions.slice(0, 5)) console.error(exception);
  return {
    work: `${count.toLocaleString('en')} damaged texts through diagnostics, semantic tokens and formatting`,
    peer: 'dockerfile-language-service ¹: stack overflows, over 20 s',
    peerMs: null,
    oursMs: null,
    ratio: null,
    goal: 'no exception, none over 1 s',
    ok: exceptions.length === 0 && slowest <= 1000,
    found: `${exceptions.length} exceptions, the slowest ${ms(slowest)} (seed ${seed})`,
  };
}

const measures: Readonly<Record<string, () => BenchRow[] | Promise<BenchRow[]>>> = {
  corpus: corpusFigures,
  small: () => [
    sideBySide(
      'Full diagnostics, 42 lines, all rules but ShellCheck',
      'diagnostics',
      'small',
      UTILS,
      1.2,
    ),
  ],
  tokens: () => [
    sideBySide('Semantic tokens, 1,000 lines', 'semantic tokens', 'stages1000', SERVICE, 15),
  ],
  growth: () => [
    growths('diagnostics', 'Diagnostics', STAGES),
    growths('semantic tokens', 'Semantic tokens', STAGES),
    growths('formatting', 'Formatting', STAGES),
    growths('diagnostics', 'Diagnostics of one RUN', LONG),
    growths('semantic tokens', 'Semantic tokens of one RUN', LONG),
    growths('formatting', 'Formatting of one RUN', LONG),
  ],
  requests,
  pathological,
  keystroke: async () => [await keystroke()],
  check: () => [checkStart()],
  fuzz: () => [fuzzed()],
  engine: () => engineFigures(Number(options.texts), Number(options.seed)),
};

async function measure(): Promise<BenchResult> {
  await Promise.all([
    bundle('measure', 'bench/lib/language/measure.ts', [UTILS, SERVICE]),
    bundle('server', 'src/lsp/server/main.ts'),
    bundleCheck(dir),
  ]);
  return { name: 'language', rows: await runMeasures(measures, options.only?.split(',')) };
}

await conclude(options.out, measure, () => rmSync(dir, { recursive: true, force: true }));
