import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { bundleSuite, runInHost } from '../../../scripts/lib/inHost.ts';
import type { Outcome } from '../../../scripts/lib/inHost.ts';
import { run } from '../../../scripts/lib/run.ts';
import type { Server } from '../../../scripts/lib/vscode.ts';

/** Declares the tests of the harness itself: what fails in a host must be seen to fail here. */
export function harnessTests(given: {
  readonly browser: Browser;
  /** Started with `testDriver`. */
  readonly server: Server;
  readonly dir: string;
  readonly vsix: string;
}): void {
  const { browser, server, dir, vsix } = given;
  const runCase = async (
    name: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ outcome: Outcome; output: string }> => {
    const file = fileURLToPath(new URL(`./cases/${name}.test.ts`, import.meta.url));
    const suite = await bundleSuite(join(dir, `case-${name}`), [file]);
    const lines: string[] = [];
    const outcome = await runInHost(browser, server, suite, {
      env,
      write: (line) => lines.push(line),
      limit: 45_000,
    });
    return { outcome, output: lines.join('\n') };
  };

  describe('the runner of in-host tests', () => {
    it('counts passing and failing tests apart and shows why one failed', async () => {
      const { outcome, output } = await runCase('mixed');
      assert.deepEqual([outcome.passed, outcome.failed], [1, 1]);
      assert.match(outcome.failures?.[0]?.error ?? '', /two is not three/);
      assert.match(output, /two is not three/);
    });

    it('tries again what failed, where it is told to, and says so', async () => {
      const { outcome } = await runCase('shaky', { STEVEDORE_RETRIES: '1' });
      assert.deepEqual([outcome.passed, outcome.failed], [1, 1]);
      assert.match(outcome.failures?.[0]?.error ?? '', /never/);
      assert.deepEqual(
        outcome.retried?.map(({ title }) => title),
        ['a shaky suite passes the second time'],
      );
    });

    it('takes a killed extension host for a failure', async () => {
      const { outcome } = await runCase('killed');
      assert.equal(outcome.failed, 1);
      assert.match(outcome.reason ?? '', /left no report/);
    });
  });

  describe('npm run test:electron', () => {
    it('gives the same suite to a desktop VS Code and believes its report', async () => {
      const shim = fileURLToPath(new URL('code-shim.ts', import.meta.url));
      const tsx = import.meta.resolve('tsx');
      // The command line of a desktop VS Code stands in bin beside its program.
      mkdirSync(join(dir, 'desktop', 'bin'), { recursive: true });
      for (const path of ['code', 'bin/code']) {
        writeFileSync(
          join(dir, 'desktop', path),
          `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${shim}" "$@"\n`,
          { mode: 0o755 },
        );
      }
      const output = await run(
        process.execPath,
        ['--import', tsx, 'scripts/test-electron.ts', vsix],
        {
          env: {
            ...process.env,
            VSCODE_PATH: join(dir, 'desktop', 'code'),
            // The wiring is what is proved; the whole suite has been run before.
            STEVEDORE_GREP: 'the tree',
          },
        },
      );
      assert.match(output, /^[1-9]\d* passed, 0 failed$/m);
    });
  });
}
