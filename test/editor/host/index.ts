import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../../../scripts/lib/runMocha.ts';

/**
 * VS Code calls this inside its extension host. Runs every `*.test.cjs` beside this file and writes
 * a report to STEVEDORE_HOST_REPORT: without it, a host that died would pass for a success.
 * @throws Error when a test fails or none ran.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: 90_000,
    retries: Number(process.env['STEVEDORE_RETRIES'] ?? 0),
    reporter: 'spec',
    ...(process.env['STEVEDORE_GREP'] ? { grep: process.env['STEVEDORE_GREP'] } : {}),
  });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  }
  const report = await runMocha(mocha);
  const path = process.env['STEVEDORE_HOST_REPORT'];
  if (path !== undefined) {
    // By rename, so that half a report is never read.
    writeFileSync(`${path}.part`, JSON.stringify(report));
    renameSync(`${path}.part`, path);
  }
  const { passed, failures } = report;
  if (failures.length > 0 || passed === 0) {
    throw new Error(`${passed} passed, ${failures.length} failed`);
  }
}
