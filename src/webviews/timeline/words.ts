import { formatDuration } from '../../util/duration.ts';
import { count, formatBytes, oneLine } from '../../util/format.ts';
import { countSteps, isOwnStep } from '../../util/ownStep.ts';
import type { TimelineState, TimelineStep, TimelineStepState } from '../protocol/timeline.ts';
import type { Lane } from './lanes.ts';
import { durationOf } from './model.ts';
import type { Model } from './model.ts';

/** When a step is spoken of: the engine's time at the axis's begin and now, and whether the build has ended. */
export interface Moment {
  readonly begin: number;
  readonly now: number;
  readonly isOver: boolean;
}

const STATES: Readonly<Record<TimelineStepState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  cached: 'Cached',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** A step's state for people: what still waits when the build has ended never ran. */
export function stateOf({ state }: TimelineStep, { isOver }: Moment): string {
  return state === 'waiting' && isOver ? 'Not run' : STATES[state];
}

const BUILDS: Readonly<Record<TimelineState, string>> = {
  running: 'Running for',
  completed: 'Completed in',
  failed: 'Failed after',
  cancelled: 'Cancelled after',
};

/** The lines below a build's name: `Completed in 42 s`, `7 of 12 steps cached`, `34 MB transferred`. */
export function summary({ head, steps }: Model, elapsed: number): string[] {
  const own = steps.filter(isOwnStep);
  const cached = own.filter(({ state }) => state === 'cached').length;
  const bytes = steps.reduce((sum, step) => sum + step.bytes, 0);
  return [
    `${BUILDS[head.state]} ${formatDuration(elapsed)}`,
    ...(own.length > 0 ? [`${cached} of ${count(own.length, 'step')} cached`] : []),
    ...(bytes > 0 ? [`${formatBytes(bytes)} transferred`] : []),
  ];
}

/** What stands at the end of a step's name: how long it took, or its state where it took no time worth telling. */
export function figure(step: TimelineStep, moment: Moment): string {
  if (hasRun(step)) return formatDuration(durationOf(step, moment.now));
  return stateOf(step, moment).toLowerCase();
}

function hasRun({ state }: TimelineStep): boolean {
  return state !== 'waiting' && state !== 'cached';
}

/** Characters of an error that a screen reader says at most. */
const MOST_SPOKEN = 300;

/** A step in one sentence, for those who hear the timeline: what is on its card, too, which they don't hear. */
export function spoken(
  step: TimelineStep,
  lane: Lane,
  isCritical: boolean,
  moment: Moment,
): string {
  const { state, started, bytes, platform, error } = step;
  const ran = hasRun(step);
  const why = error === undefined ? '' : `: ${oneLine(error.slice(0, MOST_SPOKEN))}`;
  return [
    oneLine(step.instruction),
    `${lane.name}${step.index === undefined ? '' : ` ${step.index} of ${step.total ?? step.index}`}`,
    ...(platform === undefined ? [] : [oneLine(platform)]),
    `${stateOf(step, moment).toLowerCase()}${ran ? ` ${figure(step, moment)}` : ''}${why}`,
    ...(ran && started !== undefined
      ? [`started at ${formatDuration(Math.max(started - moment.begin, 0))}`]
      : []),
    ...(bytes > 0 && state !== 'running' ? [`${formatBytes(bytes)} transferred`] : []),
    ...(isCritical ? ['on the critical path'] : []),
  ].join(', ');
}

/** What stands beside a lane's name: `12 steps, 4 cached`. Of a stage those are counted that its build counts. */
export function laneFigure({ steps }: Lane): string {
  const cached = steps.filter((step) => isOwnStep(step) && step.state === 'cached').length;
  return `${countSteps(steps)}${cached > 0 ? `, ${cached} cached` : ''}`;
}

/** An instruction's first word, where it is one, and what follows it: to be set apart. */
export function keyword(instruction: string): readonly [word: string, rest: string] {
  const found = /^([A-Z]{2,12})(\s[^]*)$/.exec(instruction);
  return found ? [found[1] ?? '', found[2] ?? ''] : ['', instruction];
}

/** What the card of a step lists: names and values. */
export function facts(
  step: TimelineStep,
  lane: Lane,
  isCritical: boolean,
  moment: Moment,
  dockerfile: string,
): [name: string, value: string][] {
  const rows: [string, string][] = [['State', stateOf(step, moment)]];
  if (hasRun(step)) {
    const ran = durationOf(step, moment.now);
    const between = step.state === 'running' ? ran : (step.ended ?? 0) - (step.started ?? 0);
    const paused = between > ran * 1.1 + 100 ? ` of ${formatDuration(between)}` : '';
    rows.push(['Duration', `${formatDuration(ran)}${paused}`]);
  }
  if (step.started !== undefined && step.state !== 'cached')
    rows.push(['Started', `after ${formatDuration(Math.max(step.started - moment.begin, 0))}`]);
  if (step.bytes > 0) rows.push(['Transferred', formatBytes(step.bytes)]);
  rows.push(['Stage', oneLine(lane.name)]);
  if (step.platform !== undefined) rows.push(['Platform', oneLine(step.platform)]);
  if (isCritical) rows.push(['Critical path', 'the build’s end waited for it']);
  if (step.lines !== undefined) {
    const [first, last] = step.lines;
    const lines = first === last ? `line ${first}` : `lines ${first} to ${last}`;
    rows.push(['Source', `${oneLine(dockerfile)}, ${lines}`]);
  }
  return rows;
}
