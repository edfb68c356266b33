import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBudgets } from './budgets.ts';
import type { Generation } from './engines.ts';
import { ensureHost } from './host.ts';
import { exitCode } from './namespace.ts';
import { packageExtension } from './package.ts';
import { countReported } from './results.ts';
import type { Counts } from './results.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a suite is given to run with. */
export interface Session {
  /** Scratch directory for reports; ends with the command. */
  readonly dir: string;
  /** Everything that was started and has not ended, so that a signal can end it. */
  readonly children: Set<{ kill(signal: NodeJS.Signals): boolean }>;
  /** Takes the output of suites that run beside others; absent, output goes straight to the person. */
  readonly write?: (text: string) => void;
}

/** What has to be installed before a suite runs. */
type Need = Generation | 'vscode' | 'browser' | 'shellcheck' | 'attr';

export interface Suite {
  readonly name: string;
  /** Whether it may run at the same time as its neighbours that say so too. */
  readonly beside?: true;
  readonly needs?: readonly Need[];
  run(session: Session): Promise<Counts>;
}

/** Minutes after which a suite is ended and counts as failed. */
const PATIENCE = 40;

/** All suites of `npm test`, in their order: what is quick and likely to fail first. */
export const SUITES: readonly Suite[] = [
  checkSuite('format', 'oxfmt', ['--check']),
  checkSuite('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
  // What runs in webviews is checked with the browser's types, the rest with Node's.
  checkSuite('types', 'tsc', ['-p', '.'], ['-p', 'src/webviews']),
  checkSuite('dead-code', 'knip', []),
  { name: 'manifest', beside: true, run: checkManifest },
  vitestSuite('unit', 'unit', ['shellcheck', 'attr']),
  // VS Code's own Node.js is newer than the one that contributors have, and other in what connections, decompressors and
  // programs do.
  vitestSuite('unit-vscode', 'unit', ['vscode', 'shellcheck', 'attr'], {
    files: ['test/unit/engine', 'test/unit/lsp/cli'],
    node: async () => (await ensureHost()).node,
  }),
  vitestSuite('lsp', 'lsp', ['shellcheck']),
  vitestSuite('growth', 'growth', []),
  { name: 'bundle', run: checkBundle },
  vitestSuite('webview', 'webview', ['browser']),
  vitestSuite('engine-old', 'engine', ['old', 'attr'], { generation: 'old' }),
  vitestSuite('engine-new', 'engine', ['new', 'attr'], { generation: 'new' }),
  vitestSuite('engine-podman', 'engine', ['podman'], { generation: 'podman' }),
  { name: 'editor', needs: ['new', 'vscode', 'browser'], run: runEditorTests },
];

/** A program of node_modules whose exit code says it all, run with each of the lists of arguments. */
function checkSuite(name: string, program: string, ...runs: (readonly string[])[]): Suite {
  return {
    name,
    beside: true,
    run: async (session) => {
      const counts = { passed: 0, failed: 0 };
      for (const args of runs) {
        const code = await execute(session, join(ROOT, 'node_modules/.bin', program), args);
        counts[code === 0 ? 'passed' : 'failed'] += 1;
      }
      return counts;
    },
  };
}

function vitestSuite(
  name: string,
  project: string,
  needs: readonly Need[],
  {
    generation,
    files = [],
    node = () => Promise.resolve(process.execPath),
  }: {
    readonly generation?: Generation;
    readonly files?: readonly string[];
    /** The Node.js that the tests run in, this process's own unless told. */
    readonly node?: () => Promise<string>;
  } = {},
): Suite {
  return {
    name,
    needs,
    run: async (session) => {
      const report = join(session.dir, `${name}.json`);
      const vitest = [
        ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...files],
        ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ].flat();
      return reported(session, report, [
        ...(generation ? inBed(generation) : []),
        await node(),
        ...vitest,
      ]);
    },
  };
}

function runEditorTests(session: Session): Promise<Counts> {
  const report = join(session.dir, 'editor.json');
  const script = [process.execPath, '--import', 'tsx', 'scripts/editor-tests.ts'];
  return packageExtension().then(() =>
    reported(session, report, [...inBed('new'), ...script], { STEVEDORE_RESULTS: report }),
  );
}

function inBed(generation: Generation): string[] {
  return [process.execPath, '--import', 'tsx', 'scripts/bed.ts', generation, '--'];
}

async function checkBundle({ write = print }: Session): Promise<Counts> {
  await packageExtension();
  const { lines, passed, failed } = checkBudgets(ROOT);
  write(`${lines.join('\n')}\n`);
  // Building and packaging is one more thing that held.
  return { passed: passed + 1, failed };
}

/** What `npm run manifest` and `npm run rules` would write is what is committed. */
async function checkManifest({ write = print }: Session): Promise<Counts> {
  const { contributions } = await import('../../src/manifest/contributes.ts');
  const { contributes, strings } = contributions();
  const written = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
  const same =
    JSON.stringify((written('package.json') as { contributes?: unknown }).contributes) ===
      JSON.stringify(contributes) &&
    JSON.stringify(written('package.nls.json')) === JSON.stringify(strings);
  if (!same) write('package.json or package.nls.json is not what `npm run manifest` writes\n');
  const stale = await stalePages();
  if (stale.length > 0)
    write(`not what \`npm run rules\` writes below docs/rules: ${stale.join(', ')}\n`);
  const passed = Number(same) + Number(stale.length === 0);
  return { passed, failed: 2 - passed };
}

/** Names of the files in docs/rules that `npm run rules` would write otherwise or remove. */
async function stalePages(): Promise<string[]> {
  const { RULES } = await import('../../src/lsp/server/rules/all.ts');
  const { rulePages } = await import('./rulePages.ts');
  const pages = rulePages(RULES);
  const folder = join(ROOT, 'docs/rules');
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const isStale = (name: string) =>
    !there.includes(name) || readFileSync(join(folder, name), 'utf8') !== pages.get(name);
  return [...new Set([...pages.keys(), ...there])].filter(isStale);
}

async function reported(
  session: Session,
  report: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const [program = '', ...args] = command;
  const code = await execute(session, program, args, env);
  return countReported(code, existsSync(report) ? readFileSync(report, 'utf8') : undefined);
}

/** Runs a program in the project's root without stdin; resolves with its exit code. */
function execute(
  session: Session,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { children, write } = session;
  return new Promise((resolve, reject) => {
    const output = write ? 'pipe' : 'inherit';
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
    });
    children.add(child);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => write?.(text));
    const timer = setTimeout(() => {
      (write ?? print)(`ended, for it took more than ${PATIENCE} minutes\n`);
      child.kill('SIGTERM');
    }, PATIENCE * 60_000);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      resolve(exitCode(code, signal));
    });
  });
}

function print(text: string): void {
  process.stdout.write(text);
}
