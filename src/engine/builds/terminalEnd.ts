import { ansi, toColouredLines } from '../../util/ansi.ts';
import { count, oneLine } from '../../util/format.ts';
import type { Build, BuildFailure, BuildWarning } from './model.ts';
import { logText } from './stepLog.ts';
import type { StepLog } from './stepLog.ts';
import { whyFailed } from './whyFailed.ts';

/** A Dockerfile as it was built. */
export interface DockerfileText {
  /** What it is called, such as `Dockerfile`. */
  readonly name: string;
  readonly text: string;
}

/** What stands below the steps of a build that has ended: warnings, what the failed step wrote, the excerpt, the error. */
export function renderEnd(
  build: Build,
  logOf: (step: string) => StepLog,
  dockerfile: DockerfileText | undefined,
): readonly string[] {
  const { failure, warnings } = build;
  const step = build.steps.find(({ id }) => id === failure?.step);
  const lines = failure?.lines ?? step?.lines;
  return [
    ...(warnings.length > 0 ? renderWarnings(warnings) : []),
    ...(step ? renderLog(step.name, logOf(step.id)) : []),
    ...(failure && lines && dockerfile ? excerpt(dockerfile, lines) : []),
    ...(failure ? [ansi.red(`ERROR: ${oneLine(errorOf(build, failure))}`)] : []),
  ];
}

/** A command's exit code as buildx tells it, with the whole of the command. */
const errorOf = (build: Build, { message, exitCode }: BuildFailure): string =>
  exitCode === undefined ? (whyFailed(build) ?? message) : message;

function renderWarnings(warnings: readonly BuildWarning[]): readonly string[] {
  return [
    '',
    ansi.yellow(` ${count(warnings.length, 'warning')} found:`),
    ...warnings.map(({ message, lines }) => {
      // Docker 27 and later say it themselves.
      const place = lines && !/ \(line \d+\)$/.test(message) ? ` (line ${lines[0]})` : '';
      return ansi.yellow(` - ${oneLine(message)}${place}`);
    }),
  ];
}

function renderLog(name: string, log: StepLog): readonly string[] {
  const lines = toColouredLines(logText(log).replace(/[\r\n]+$/, ''));
  const shown = lines.length === 1 && lines[0] === '' ? [] : lines;
  // A colour that the step left on ends with its line.
  const ended = shown.map((line) => (line.includes('\x1b') ? `${line}\x1b[0m` : line));
  return ['------', ` > ${oneLine(name)}:`, ...ended, '------'];
}

/** Lines of a Dockerfile with marks at those that are blamed, and a few around them. Lines count from 1. */
export function excerpt(
  { name, text }: DockerfileText,
  [first, last]: readonly [number, number],
): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (first < 1 || first > lines.length || last < first) return [];
  const around = first === last ? 2 : 1;
  const from = Math.max(1, first - around);
  const shown = lines.slice(from - 1, Math.min(last, lines.length) + around);
  const rule = '-'.repeat(20);
  return [
    `${oneLine(name)}:${first}`,
    rule,
    ...shown.map((line, at) => {
      const number = from + at;
      const mark = number >= first && number <= last ? '>>>' : '   ';
      return `${String(number).padStart(4)} | ${mark} ${oneLine(line.replace(/\r$/, '').replace(/\t/g, '    '))}`;
    }),
    rule,
  ];
}
