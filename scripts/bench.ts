import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchResult } from '../bench/lib/report.ts';
import { toMarkdown } from '../bench/lib/report.ts';
import { SetupError } from './lib/apt.ts';
import { packageExtension } from './lib/package.ts';
import { CommandError } from './lib/run.ts';

/**
 * `npm run bench` measures everything in bench/, `npm run bench -- NAME…` the named benchmarks; those of the extension each
 * in a bed of its own.
 * `--json` ends with one line of JSON for each; `--vsix PATH` measures that package, not one made from here.
 * No figure makes this fail; what could not be measured does.
 */
const BENCH = fileURLToPath(new URL('../bench/', import.meta.url));
/** Those that need neither an engine nor a package. */
const PLAIN = new Set(['language']);
const BED = fileURLToPath(new URL('./bed.ts', import.meta.url));

function benchmarks(): string[] {
  return readdirSync(BENCH)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => basename(name, '.ts'))
    .sort();
}

/**
 * Runs one benchmark, in a bed with the newer engine where it takes a package. Throws Error when it ends without a result.
 */
async function measure(name: string, vsix: string | undefined, dir: string): Promise<BenchResult> {
  const out = join(dir, `${name}.json`);
  const node = [process.execPath, '--import', 'tsx'];
  const inside = [...node, join(BENCH, `${name}.ts`), '--out', out];
  const [program = '', ...args] =
    vsix === undefined ? inside : [...node, BED, 'new', '--', ...inside, '--vsix', vsix];
  // Results alone go to stdout; how it goes is told on stderr.
  const child = spawn(program, args, { stdio: ['ignore', process.stderr, process.stderr] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => child.kill(signal));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  if (code !== 0) throw new Error(`the benchmark ${name} ended with ${code}`);
  return JSON.parse(readFileSync(out, 'utf8')) as BenchResult;
}

function machine(): string {
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
  const [cpu] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpu?.model.trim() ?? ''}), Linux ${release()}, load ${load}`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function main(): Promise<void> {
  const { values: options, positionals: named } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, vsix: { type: 'string' } },
  });
  const all = benchmarks();
  const unknown = named.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new SetupError(`There is no benchmark ${unknown}, only: ${all.join(', ')}.`);
  const wanted = named.length > 0 ? named : all;
  const vsixOf = once(() =>
    options.vsix === undefined ? packageExtension() : Promise.resolve(resolve(options.vsix)),
  );
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-bench-results-'));
  const results: BenchResult[] = [];
  try {
    for (const name of wanted) {
      console.log(`${name}: ${machine()}`);
      const result = await measure(name, PLAIN.has(name) ? undefined : await vsixOf(), dir);
      results.push(result);
      console.log(`\n${toMarkdown(result)}\n\n${name}: ${machine()}`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  if (options.json) for (const result of results) console.log(JSON.stringify(result));
}

try {
  await main();
} catch (error) {
  const known = error instanceof SetupError || error instanceof CommandError;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
