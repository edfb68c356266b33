import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import type { Browser } from 'playwright-core';
import { build } from 'esbuild';
import type { Failure } from './results.ts';
import type { Report } from './runMocha.ts';
import { workbenchUrl } from './vscode.ts';
import type { Server } from './vscode.ts';

const HOST_TESTS = fileURLToPath(new URL('../../test/editor/host/', import.meta.url));
const SUITE_LIMIT_MS = 300_000;

/** Lines of the workbench's own log, which come over the same channel as mocha's. */
const NOISE =
  /^(\[|Resolv|Creating a socket|Updating additional builtin|Ignoring fetching|Timed out waiting for authentication provider|.*connection token)/;

/** A mocha suite made ready for an extension host. */
export interface Suite {
  /** Its entry, which exports `run()`. */
  readonly entry: string;
  /** An extension that does nothing: VS Code runs tests only beside one in development. */
  readonly extension: string;
}

/**
 * Bundles the in-host suite, or other test files run the same way.
 * @param out directory that receives it.
 * @param files test files; by default those of test/editor/host.
 */
export async function bundleSuite(
  out: string,
  files: readonly string[] = hostTests(),
): Promise<Suite> {
  if (files.length === 0) throw new Error(`no tests in ${HOST_TESTS}`);
  const names = files.map((file) => basename(file, '.ts'));
  await build({
    entryPoints: Object.fromEntries([
      ['index', join(HOST_TESTS, 'index.ts')],
      ...names.map((name, index) => [name, files[index] ?? '']),
    ]),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode'],
    plugins: [
      {
        // mocha loads its own parts by name, so it stays where it is installed. It is an ES module,
        // which these bundles cannot require: tests take `describe` and the rest from the globals
        // that mocha itself sets before it loads them.
        name: 'mocha-outside',
        setup: (builder) => {
          const path = pathToFileURL(
            fileURLToPath(new URL('../../node_modules/mocha/index.js', import.meta.url)),
          ).href;
          builder.onResolve({ filter: /^mocha$/ }, ({ kind }) =>
            kind === 'dynamic-import'
              ? { path, external: true }
              : { path: 'globals', namespace: 'mocha-globals' },
          );
          builder.onLoad({ filter: /^globals$/, namespace: 'mocha-globals' }, () => ({
            contents: 'module.exports = globalThis;',
          }));
        },
      },
    ],
  });
  const extension = join(out, 'extension');
  mkdirSync(extension, { recursive: true });
  writeFileSync(
    join(extension, 'package.json'),
    JSON.stringify({
      name: 'suite',
      publisher: 'stevedore-test',
      version: '0.0.0',
      engines: { vscode: '*' },
    }),
  );
  return { entry: join(out, 'index.cjs'), extension };
}

function hostTests(): string[] {
  return readdirSync(HOST_TESTS)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(HOST_TESTS, name));
}

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Why, when it is not the tests themselves that failed. */
  readonly reason?: string;
  readonly failures?: readonly Failure[];
  /** How tests failed that passed when they were tried again. */
  readonly retried?: readonly Failure[];
}

/**
 * Runs a suite in the extension host of `server`, which must have been started with `testDriver`.
 * A host that ends without a report is a failure, whatever exit code VS Code gives for it.
 */
export async function runInHost(
  browser: Browser,
  server: Server,
  suite: Suite,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly write?: (line: string) => void;
    readonly limit?: number;
    /** Where the suite leaves its report. */
    readonly report?: string;
  } = {},
): Promise<Outcome> {
  const { write = console.log, limit = SUITE_LIMIT_MS } = options;
  const report = options.report ?? join(server.dir, `report-${Date.now()}.json`);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  // Once the suite has ended the window only complains that it is being closed.
  const over = { yet: false };
  await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
    const line = format(...args);
    if (!over.yet && !NOISE.test(line)) write(line);
  });
  const ended = new Promise<number | string>((resolve) => {
    page.once('crash', () => resolve('the browser page crashed'));
    void page
      .exposeFunction('codeAutomationExit', (code: number) => {
        over.yet = true;
        resolve(code);
      })
      .then(
        () => {
          const remote = `vscode-remote://127.0.0.1:${server.port}`;
          return page.goto(
            workbenchUrl(server.port, server.workspace, [
              ['extensionDevelopmentPath', remote + suite.extension],
              ['extensionTestsPath', remote + suite.entry],
              ['enableProposedApi', ''],
              [
                'extensionEnvironment',
                JSON.stringify({ ...options.env, STEVEDORE_HOST_REPORT: report }),
              ],
            ]),
          );
        },
        (error: unknown) => resolve(String(error)),
      );
  });
  const timer = { id: undefined as NodeJS.Timeout | undefined };
  const late = new Promise<string>((resolve) => {
    timer.id = setTimeout(() => resolve(`nothing came back within ${limit / 1000} s`), limit);
  });
  const end = await Promise.race([ended, late]);
  clearTimeout(timer.id);
  await context.close();
  return outcome(end, report);
}

/** What a suite came to, by the report it left; without one it failed, whatever `end` says. */
export function outcome(end: number | string, path: string): Outcome {
  if (!existsSync(path)) {
    const how = typeof end === 'string' ? end : `VS Code reported exit code ${end}`;
    return { passed: 0, failed: 1, reason: `the extension host left no report (${how})` };
  }
  const counted = count(JSON.parse(readFileSync(path, 'utf8')) as Report);
  return end !== 0 && counted.failed === 0
    ? { ...counted, failed: 1, reason: `all tests passed, then: ${end}` }
    : counted;
}

/** A report with its sum; one of no test is a failure. */
export function count(report: Report): Outcome {
  const failed = report.failures.length;
  return report.passed + failed === 0
    ? { passed: 0, failed: 1, reason: 'no test ran' }
    : { ...report, failed };
}
