import { countColumns, cutColumns } from '../../util/columns.ts';
import type { Build } from './model.ts';
import { renderEnd } from './terminalEnd.ts';
import type { DockerfileText } from './terminalEnd.ts';
import { fitSteps } from './terminalFit.ts';
import { stepRows } from './terminalSteps.ts';
import type { Row } from './terminalSteps.ts';
import { buildTime, isDone, UNANSWERED } from './stages.ts';
import type { StepLog } from './stepLog.ts';

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** This computer's clock, in milliseconds since the epoch. */
  readonly now: number;
  /** What to show the failing lines of. */
  readonly dockerfile?: DockerfileText | undefined;
}

/** What was drawn, to be drawn over. */
export interface Frame {
  readonly lines: readonly string[];
  readonly columns: number;
}

/**
 * Draws a build as `docker buildx build` does on a terminal: a line for each step that has begun, those that run with the
 * end of their output, in place of the frame before. A build that has ended is drawn in full, whatever the height, with
 * warnings, the failed step's output and the lines of the Dockerfile: nothing is drawn over that. Answers what is to be
 * written; nothing else may be written between two frames.
 */
export function drawBuild(
  build: Build,
  logOf: (step: string) => StepLog,
  screen: Screen,
  previous?: Frame,
): { readonly text: string; readonly frame: Frame } {
  const { columns, rows, now } = screen;
  const begun = build.steps
    .filter(({ started }) => started !== undefined)
    .sort((a, b) => (a.started ?? 0) - (b.started ?? 0));
  const ended = build.state !== 'running';
  const entries = begun.map((step) => stepRows(step, build, logOf, now));
  // The cursor stands below the frame.
  const shown = ended
    ? entries.flatMap(({ step, transfers }) => [step, ...transfers])
    : fitSteps(entries, rows - 2);
  const lines = [
    ended ? heading(build, now) : cutColumns(heading(build, now), columns),
    ...shown.map((row) => drawRow(row, columns)),
    ...(ended ? renderEnd(build, logOf, screen.dockerfile) : []),
  ];
  if (!ended) lines.splice(Math.max(1, rows - 1));
  const frame = { lines, columns };
  return {
    text: `\x1b[?25l${ended ? drawAnew(frame, previous) : drawOver(frame, previous)}\x1b[?25h`,
    frame: ended ? { lines: [], columns } : frame,
  };
}

function heading(build: Build, now: number): string {
  const seconds = (buildTime(build, now) / 1000).toFixed(1);
  const done = build.steps.filter(isDone).length;
  const end = { running: '', completed: ' FINISHED', failed: '', cancelled: ' CANCELLED' };
  const by =
    build.builder === 'classic' ? ', by the classic builder: this engine has no BuildKit' : '';
  const silence = build.unanswered ? `, ${UNANSWERED}` : '';
  return `[+] Building ${seconds}s (${done}/${build.steps.length})${end[build.state]}${by}${silence}`;
}

/** Columns below which the time of a step leaves no room for its name. */
const NARROW = 20;

/** One row with what belongs to the right at the right, where there is room for it. */
function drawRow({ text, right, colour }: Row, columns: number): string {
  const room = columns - (right === '' ? 0 : right.length + 1);
  if (right === '' || columns < NARROW) return colour(cutColumns(text, columns));
  const left = cutColumns(text, room);
  return colour(`${left}${' '.repeat(room - countColumns(left) + 1)}${right}`);
}

/** How many rows lines take up: a terminal that has become narrower has broken them. */
function rowsOf({ lines, columns }: Frame, now: number): number {
  if (now >= columns) return lines.length;
  return lines.reduce((all, line) => all + Math.max(1, Math.ceil(countColumns(line) / now)), 0);
}

const back = (rows: number) => (rows > 0 ? `\r\x1b[${rows}A` : '\r');

function drawAnew(frame: Frame, previous: Frame | undefined): string {
  const erase = previous ? `${back(rowsOf(previous, frame.columns))}\x1b[J` : '';
  return erase + frame.lines.map((line) => `${line}\r\n`).join('');
}

/** Lines that are the same are stepped over. */
function drawOver(frame: Frame, previous: Frame | undefined): string {
  if (!previous || previous.columns !== frame.columns) return drawAnew(frame, previous);
  const lines = frame.lines.map((line, at) =>
    line === previous.lines[at] ? '\r\n' : `\x1b[2K${line}\r\n`,
  );
  return `${back(previous.lines.length)}${lines.join('')}\x1b[J`;
}
