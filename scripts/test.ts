import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAptPackages } from './lib/apt.ts';
import { ensureEngine } from './lib/engines.ts';
import { ensureChromium, ensureHost } from './lib/host.ts';
import { selectSuites, summarize } from './lib/results.ts';
import type { Counts, Result } from './lib/results.ts';
import { SUITES } from './lib/suites.ts';
import { ensureShellcheck } from './lib/shellcheck.ts';
import type { Session, Suite } from './lib/suites.ts';

/**
 * `npm test`: installs what is missing, then runs all suites or those that are named, and ends with the sum of all.
 * A suite that could not be set up or that ran nothing counts as a failure, and the others go on.
 */
const chosen = choose();
const dir = mkdtempSync(join(tmpdir(), 'stevedore-test-'));
const children: Session['children'] = new Set();
const interruption = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interruption.abort();
    for (const child of children) child.kill('SIGTERM');
  });

function choose(): readonly Suite[] {
  try {
    const names = selectSuites(
      SUITES.map(({ name }) => name),
      process.argv.slice(2),
    );
    return SUITES.filter(({ name }) => names.includes(name));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** Installs what the chosen suites need; the sentence says what could not be had. */
async function install(): Promise<Map<string, string>> {
  const lacking = new Map<string, string>();
  for (const need of new Set(chosen.flatMap(({ needs }) => needs ?? []))) {
    try {
      if (need === 'vscode') {
        await ensureHost();
      } else if (need === 'browser') {
        await ensureChromium();
      } else if (need === 'shellcheck') {
        await ensureShellcheck();
      } else if (need === 'attr') {
        await ensureAptPackages(['attr']);
      } else {
        await ensureEngine(need);
      }
    } catch (error) {
      lacking.set(need, error instanceof Error ? error.message : String(error));
    }
  }
  return lacking;
}

async function perform(suite: Suite, session: Session): Promise<Result> {
  const start = Date.now();
  const lack = suite.needs?.map((need) => lacking.get(need)).find((why) => why !== undefined);
  const counts = lack === undefined ? await attempt(suite, session) : couldNotRun(lack);
  return { suite: suite.name, ...counts, seconds: (Date.now() - start) / 1000 };
}

async function attempt(suite: Suite, session: Session): Promise<Counts> {
  try {
    return await suite.run(session);
  } catch (error) {
    return couldNotRun(error instanceof Error ? error.message : String(error));
  }
}

function couldNotRun(why: string): Counts {
  return { passed: 0, failed: 1, reason: `could not run: ${why}` };
}

function close({ suite, passed, failed, seconds, reason }: Result): void {
  const why = reason === undefined ? '' : `: ${reason}`;
  console.log(`--- ${suite}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s${why}\n`);
}

/** Runs neighbours that allow it at the same time; each one's output is shown in one piece when it ends. */
async function performBeside(suites: readonly Suite[]): Promise<Result[]> {
  return Promise.all(
    suites.map(async (suite) => {
      const output: string[] = [];
      const result = await perform(suite, { dir, children, write: (text) => output.push(text) });
      console.log(`=== ${suite.name}`);
      if (output.length > 0) process.stdout.write(output.join(''));
      close(result);
      return result;
    }),
  );
}

const lacking = await install();
const results: Result[] = [];
const queue = [...chosen];
while (queue.length > 0 && !interruption.signal.aborted) {
  const alone = queue.findIndex(({ beside }) => !beside);
  const together = queue.splice(0, alone < 0 ? queue.length : alone);
  if (together.length > 0) {
    results.push(...(await performBeside(together)));
    continue;
  }
  for (const suite of queue.splice(0, 1)) {
    console.log(`=== ${suite.name}`);
    const result = await perform(suite, { dir, children });
    close(result);
    results.push(result);
  }
}
rmSync(dir, { recursive: true, force: true });
for (const { name } of queue)
  results.push({ suite: name, ...couldNotRun('interrupted'), seconds: 0 });
console.log(summarize(results));
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
