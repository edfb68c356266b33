import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../../../scripts/lib/results.ts';

/** What the runner demands to find: without it, a host that died would pass for a success. */
export interface Report {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/**
 * VS Code calls this inside its extension host. Runs every `*.test.cjs` beside this file and writes
 * a report to STEVEDORE_HOST_REPORT.
 * @throws Error when a test fails or none ran.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: 90_000,
    reporter: 'spec',
    ...(process.env['STEVEDORE_GREP'] ? { grep: process.env['STEVEDORE_GREP'] } : {}),
  });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  }
  const failures: Failure[] = [];
  let passed = 0;
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => (passed += 1))
      // A test that was switched off proves nothing, so it counts against the suite.
      .on('pending', (test) => failures.push({ title: test.fullTitle(), error: 'was skipped' }))
      .on('fail', (test, error) =>
        failures.push({ title: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  const path = process.env['STEVEDORE_HOST_REPORT'];
  if (path !== undefined) {
    const report: Report = { passed, failures };
    // By rename, so that half a report is never read.
    writeFileSync(`${path}.part`, JSON.stringify(report));
    renameSync(`${path}.part`, path);
  }
  if (failures.length > 0 || passed === 0) {
    throw new Error(`${passed} passed, ${failures.length} failed`);
  }
}
