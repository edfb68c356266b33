import { ansi, toColouredLines } from '../../util/ansi.ts';
import { formatBytes, oneLine } from '../../util/format.ts';
import type { Build, BuildStep, StepState, Transfer } from './model.ts';
import { isDone, timeOf } from './stages.ts';
import type { StepLog } from './stepLog.ts';

/** A row of the terminal before it is known how wide that is. */
export interface Row {
  readonly text: string;
  /** What stands at the right end, such as a time. */
  readonly right: string;
  readonly colour: (text: string) => string;
}

/** All that can be shown of a step. */
export interface StepRows {
  readonly done: boolean;
  readonly step: Row;
  readonly transfers: readonly Row[];
  /** The end of its output, while it runs. */
  readonly output: readonly Row[];
}

/** Lines of output shown of a step that runs. */
const OUTPUT = 6;
/** Characters at the end of a log that these are looked for in. */
const LOG_END = 8192;

const plain = (text: string) => text;

const WORDS: Readonly<Record<StepState, string>> = {
  waiting: '',
  running: '',
  cached: 'CACHED ',
  completed: '',
  failed: 'ERROR ',
  cancelled: 'CANCELED ',
};

const COLOURS: Readonly<Record<StepState, (text: string) => string>> = {
  waiting: plain,
  running: plain,
  cached: ansi.blue,
  completed: ansi.blue,
  failed: ansi.red,
  cancelled: ansi.yellow,
};

/** The rows of a step that has begun. `now` is of this computer's clock. */
export function stepRows(
  step: BuildStep,
  build: Build,
  logOf: (step: string) => StepLog,
  now: number,
): StepRows {
  const colour = COLOURS[step.state];
  return {
    done: isDone(step),
    step: {
      text: ` => ${WORDS[step.state]}${oneLine(step.name)}`,
      right: seconds(timeOf(step, build, now)),
      colour,
    },
    transfers: step.transfers.map((transfer) => ({
      text: ` => => ${oneLine(transfer.id)}${amount(transfer)}`,
      right: seconds(transferTime(transfer, build, now)),
      colour: transfer.completed === undefined ? plain : colour,
    })),
    output: isDone(step) ? [] : outputRows(logOf(step.id)),
  };
}

function outputRows({ head, tail, dropped }: StepLog): readonly Row[] {
  const text = (dropped > 0 ? tail : head + tail).slice(-LOG_END);
  return toColouredLines(text)
    .filter((line) => line.trim() !== '')
    .slice(-OUTPUT)
    .map((line) => ({ text: ` => => # ${line}`, right: '', colour: ansi.dim }));
}

function amount({ current, total }: Transfer): string {
  if (total > 0) return ` ${formatBytes(current)} / ${formatBytes(total)}`;
  return current > 0 ? ` ${formatBytes(current)}` : '';
}

function transferTime({ started, completed }: Transfer, build: Build, now: number): number {
  if (started === undefined) return 0;
  return Math.max(0, (completed ?? build.ended ?? now - (build.skew ?? 0)) - started);
}

const seconds = (milliseconds: number) =>
  `${(milliseconds < 50 ? 0 : milliseconds / 1000).toFixed(1)}s`;
