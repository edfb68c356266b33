/** A test that failed. */
export interface Failure {
  readonly title: string;
  /** Its message, mostly with a stack. */
  readonly error: string;
}

/** What a suite of `npm test` came to. */
export interface Result {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  readonly seconds: number;
  /** Why it failed, where no test of its own says so. */
  readonly reason?: string;
  readonly failures?: readonly Failure[];
  /** How tests failed that passed when they were tried again. */
  readonly retried?: readonly Failure[];
}

/** A suite's counts before its time is known. */
export type Counts = Omit<Result, 'suite' | 'seconds'>;

/**
 * Counts of a suite that wrote a report, which are believed only as far as the exit code agrees: no report, no test,
 * or a bad exit without a failed test is one failure. `report` is the file's text, undefined when there is none.
 */
export function countReported(exitCode: number, report: string | undefined): Counts {
  const counts = readReport(report);
  if (counts === undefined) return { passed: 0, failed: 1, reason: 'left no report' };
  if (counts.passed + counts.failed === 0)
    return { ...counts, failed: 1, reason: 'ran no test at all' };
  if (exitCode !== 0 && counts.failed === 0)
    return { ...counts, failed: 1, reason: `ended with exit code ${exitCode}` };
  return counts;
}

/** The parts that matter of vitest's JSON report. */
interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly VitestTest[];
}

interface VitestTest {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages: readonly string[];
}

const toFailure = ({ fullName, failureMessages }: VitestTest): Failure => ({
  title: fullName,
  error: failureMessages.join('\n'),
});

/** Understands vitest's JSON report and the editor tests' `{passed, failed, failures, retried}`. */
function readReport(report: string | undefined): Counts | undefined {
  try {
    const read = JSON.parse(report ?? '') as Record<string, unknown>;
    const [passed, failed] = [
      read['numPassedTests'] ?? read['passed'],
      read['numFailedTests'] ?? read['failed'],
    ];
    if (typeof passed !== 'number' || typeof failed !== 'number') return undefined;
    const skipped = Number(read['numPendingTests'] ?? 0) + Number(read['numTodoTests'] ?? 0);
    const files = (read['testResults'] ?? []) as readonly VitestFile[];
    const failures =
      (read['failures'] as readonly Failure[] | undefined) ?? files.flatMap(failuresOf);
    const retried = (read['retried'] as readonly Failure[] | undefined) ?? files.flatMap(retriedOf);
    return {
      passed,
      failed,
      ...(skipped > 0 && { skipped }),
      ...(failures.length > 0 && { failures }),
      ...(retried.length > 0 && { retried }),
    };
  } catch {
    // Not there or cut off: the caller counts it as a failure.
    return undefined;
  }
}

/** The tests of a file that passed after they had failed. */
function retriedOf({ assertionResults }: VitestFile): Failure[] {
  return assertionResults
    .filter((test) => test.status === 'passed' && test.failureMessages.length > 0)
    .map(toFailure);
}

/** The tests of a file that failed, or the file itself where it could not even be loaded. */
function failuresOf({ name, status, message, assertionResults }: VitestFile): Failure[] {
  const failures = assertionResults.filter((test) => test.status === 'failed').map(toFailure);
  return status === 'failed' && failures.length === 0
    ? [{ title: name, error: message }]
    : failures;
}

/** Lines of a failure that say what was wrong; the suite's own output has the rest. */
const LINES_OF_FAILURE = 12;

/**
 * What failed, once more, and what only a second try passed, then the table of all suites, one line each, and as its very last line the sum `N passed, N failed`:
 * the end of the output is what people have before them, and what is kept of a long one.
 */
export function summarize(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ suite }) => suite.length), 0);
  const lines = results.map(({ suite, passed, failed, skipped, seconds, reason }) => {
    const counts = [`${passed} passed`, `${failed} failed`];
    if (skipped) counts.push(`${skipped} skipped`);
    const why = reason === undefined ? '' : `  (${reason})`;
    return `${suite.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${counts.join(', ')}${why}`;
  });
  const sum = (field: 'passed' | 'failed'): number =>
    results.reduce((total, result) => total + result[field], 0);
  const failures = results.flatMap(({ suite, failures = [], retried = [] }) => [
    ...retried.flatMap(describeFailure(`PASSED ONLY WHEN TRIED AGAIN ${suite}`)),
    ...failures.flatMap(describeFailure(`FAILED ${suite}`)),
  ]);
  return [...failures, ...lines, '', `${sum('passed')} passed, ${sum('failed')} failed`].join('\n');
}

const describeFailure =
  (what: string) =>
  ({ title, error }: Failure): string[] => [
    `${what}: ${title}`,
    ...error
      .split('\n')
      .slice(0, LINES_OF_FAILURE)
      .map((line) => `    ${line}`),
    '',
  ];

/** The suites that the given words name: a suite's name, or the part before its dash for all of that family. */
export function selectSuites(all: readonly string[], words: readonly string[]): string[] {
  for (const word of words)
    if (!all.some((name) => matches(name, word)))
      throw new Error(`There is no suite "${word}". There are: ${all.join(', ')}.`);
  return all.filter((name) => words.length === 0 || words.some((word) => matches(name, word)));
}

function matches(name: string, word: string): boolean {
  return name === word || name.startsWith(`${word}-`);
}
