import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { harnessTests } from '../test/editor/harness/proofs.ts';
import { ensureHost } from './lib/host.ts';
import { bundleSuite, count, runInHost } from './lib/inHost.ts';
import type { Outcome } from './lib/inHost.ts';
import { lifetime } from './lib/lifetime.ts';
import { runMocha } from './lib/runMocha.ts';
import { runUiSuite } from './lib/uiSuite.ts';
import { watchWayOut } from './lib/uplink.ts';
import { launchBrowser, startServer } from './lib/vscode.ts';

/**
 * Runs the editor tests against stevedore.vsix as `npm run package` left it, inside a bed:
 *
 *     node --import tsx scripts/bed.ts new -- node --import tsx scripts/editor-tests.ts
 *
 * `--only host|ui|harness` runs one part, `--grep TEXT` the tests whose title holds it. `--pictures DIR` keeps what UI tests
 * look at, in each kind of theme, for a person to judge. Where CI is set, a test that fails is tried once more, which is said at
 * the end: a browser, an editor and an engine share few cores there.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    grep: { type: 'string' },
    pictures: { type: 'string' },
    vsix: { type: 'string', default: 'stevedore.vsix' },
    'keep-logs': { type: 'boolean', default: false },
  },
});

type Part = 'host' | 'harness' | 'ui';
const PARTS: readonly Part[] = ['host', 'harness', 'ui'];

const life = lifetime();
const dir = mkdtempSync(join(tmpdir(), 'stevedore-editor-'));
const failures = join(dir, 'failures');
const retries = process.env['CI'] ? 1 : 0;

async function main(): Promise<Outcome> {
  const vsix = resolve(options.vsix);
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: npm run package makes it`);
  const engine = process.env['STEVEDORE_TEST_ENGINE'];
  if (engine === undefined) {
    throw new Error('STEVEDORE_TEST_ENGINE is not set: run this through scripts/bed.ts');
  }
  const host = await ensureHost();
  const packetsOut = watchWayOut();
  const browser = await launchBrowser();
  life.add(() => browser.close());

  // The extension finds its engine as a person's would: by DOCKER_HOST.
  const env = { DOCKER_HOST: engine, DOCKER_CONFIG: join(dir, 'docker') };
  const sample = resolve('samples/hello');
  const grep = options.grep;

  const inHost = async (parts: readonly Part[]): Promise<Outcome[]> => {
    const workspace = join(dir, 'host-workspace');
    cpSync(sample, workspace, { recursive: true });
    const server = await startServer({
      host,
      vsix,
      workspace,
      env,
      dir: join(dir, 'host'),
      testDriver: true,
    });
    life.add(() => server.stop());
    const outcomes: Outcome[] = [];
    if (parts.includes('host')) {
      const suite = await bundleSuite(join(dir, 'host-suite'));
      const env = {
        STEVEDORE_RETRIES: String(retries),
        ...(grep === undefined ? {} : { STEVEDORE_GREP: grep }),
      };
      outcomes.push(await runInHost(browser, server, suite, { env }));
    }
    if (parts.includes('harness')) {
      const mocha = new Mocha({ timeout: 120_000, ...(grep === undefined ? {} : { grep }) });
      mocha.suite.emit('pre-require', globalThis, '', mocha);
      harnessTests({ browser, server, dir, vsix });
      outcomes.push(count(await runMocha(mocha)));
    }
    await server.stop();
    return outcomes;
  };

  const parts = PARTS.filter((part) => options.only === undefined || options.only === part);
  const outcomes: Outcome[] = [];
  if (parts.includes('host') || parts.includes('harness')) outcomes.push(...(await inHost(parts)));
  if (parts.includes('ui')) {
    outcomes.push(
      await runUiSuite({
        host,
        browser,
        vsix,
        sample,
        failures,
        env,
        packetsOut,
        grep,
        retries,
        pictures: options.pictures,
        dir: join(dir, 'ui'),
      }),
    );
  }
  for (const { reason } of outcomes) if (reason !== undefined) console.error(`FAILED: ${reason}`);
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    failures: outcomes.flatMap(({ failures = [], reason }) =>
      reason === undefined ? failures : [{ title: 'a part of the suite', error: reason }],
    ),
    retried: outcomes.flatMap(({ retried = [] }) => retried),
  };
}

const outcome = await main().catch((error: unknown): Outcome => {
  console.error(error);
  return { passed: 0, failed: 1 };
});
await life.end();
if (outcome.failed > 0 || outcome.retried?.length || options['keep-logs']) keepLogs();
else rmSync(dir, { recursive: true, force: true });
const results = process.env['STEVEDORE_RESULTS'];
if (results !== undefined) writeFileSync(results, JSON.stringify(outcome));
console.log(`${outcome.passed} passed, ${outcome.failed} failed`);
process.exitCode = outcome.failed > 0 ? 1 : 0;

/** Gathers what explains a failure and drops the rest, which is large. */
function keepLogs(): void {
  mkdirSync(failures, { recursive: true });
  for (const part of ['host', 'ui']) {
    for (const name of ['server.log', 'user-data/logs']) {
      const from = join(dir, part, name);
      if (existsSync(from)) cpSync(from, join(failures, part, name), { recursive: true });
    }
    rmSync(join(dir, part), { recursive: true, force: true });
  }
  console.log(`screenshots and logs: ${failures}`);
}
