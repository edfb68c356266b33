import type Mocha from 'mocha';
import type { Failure } from './results.ts';

/** What a run of mocha came to. */
export interface Report {
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** How tests failed that passed when they were tried again. */
  readonly retried: readonly Failure[];
}

/** Runs what `mocha` has been given. A test that was switched off proves nothing, so it counts as failed. */
export async function runMocha(mocha: Mocha): Promise<Report> {
  const failures: Failure[] = [];
  const tried: Failure[] = [];
  let passed = 0;
  const failure = (test: Mocha.Test, error: Error): Failure => ({
    title: test.fullTitle(),
    error: error.stack ?? error.message,
  });
  await new Promise((resolve) => {
    mocha
      .run(resolve)
      .on('pass', () => (passed += 1))
      .on('pending', (test) => failures.push({ title: test.fullTitle(), error: 'was skipped' }))
      .on('retry', (test, error: Error) => tried.push(failure(test, error)))
      .on('fail', (test, error: Error) => failures.push(failure(test, error)));
  });
  const failed = new Set(failures.map(({ title }) => title));
  return { passed, failures, retried: tried.filter(({ title }) => !failed.has(title)) };
}
