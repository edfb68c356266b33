import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { bundleSuite, outcome } from './lib/inHost.ts';
import type { Outcome } from './lib/inHost.ts';
import { SAMPLE } from './lib/sample.ts';

/**
 * `npm run test:electron` runs the in-host suite in a desktop VS Code: the one at VSCODE_PATH, else a downloaded one.
 * stevedore.vsix, as `npm run package` made it, is installed into a profile that is thrown away. No engine of the
 * person's is touched: there is STEVEDORE_TEST_ENGINE, or none.
 */
async function main(dir: string): Promise<Outcome> {
  const vsix = resolve(process.argv[2] ?? 'stevedore.vsix');
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: npm run package makes it`);
  const vscode = process.env['VSCODE_PATH'] ?? (await downloadAndUnzipVSCode());
  const place = [
    `--user-data-dir=${join(dir, 'user-data')}`,
    `--extensions-dir=${join(dir, 'extensions')}`,
  ];
  // Electron's sandbox refuses to work for root.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

  const [cli = '', ...given] = resolveCliArgsFromVSCodeExecutablePath(vscode, {
    reuseMachineInstall: true,
  });
  const installed = spawnSync(cli, [...given, ...place, ...root, '--install-extension', vsix], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) {
    throw new Error(`installing ${vsix} failed:\n${installed.stdout}\n${installed.stderr}`);
  }

  const workspace = join(dir, 'hello');
  cpSync(SAMPLE, workspace, { recursive: true });
  const suite = await bundleSuite(join(dir, 'suite'));
  const report = join(dir, 'report.json');
  const end = await runTests({
    vscodeExecutablePath: vscode,
    reuseMachineInstall: true,
    extensionDevelopmentPath: suite.extension,
    extensionTestsPath: suite.entry,
    extensionTestsEnv: {
      STEVEDORE_HOST_REPORT: report,
      STEVEDORE_GREP: process.env['STEVEDORE_GREP'],
      DOCKER_HOST: process.env['STEVEDORE_TEST_ENGINE'] ?? `unix://${join(dir, 'no-engine')}`,
    },
    launchArgs: [workspace, ...place, ...root, '--disable-workspace-trust'],
  }).catch((error: unknown) => String(error));
  return outcome(end, report);
}

const dir = mkdtempSync(join(tmpdir(), 'stevedore-electron-'));
const result = await main(dir).catch((error: unknown): Outcome => {
  console.error(error instanceof Error ? error.message : error);
  return { passed: 0, failed: 1 };
});
rmSync(dir, { recursive: true, force: true });
if (result.reason !== undefined) console.error(`FAILED: ${result.reason}`);
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exitCode = result.failed > 0 ? 1 : 0;
