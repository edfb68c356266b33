import type { Build, BuildStep } from '../engine/builds/model.ts';
import { whyFailed, withoutCommand } from '../engine/builds/whyFailed.ts';
import type {
  Advice,
  TimelineHead,
  TimelineLane,
  TimelineStep,
  ToTimeline,
} from '../webviews/protocol/timeline.ts';

/** No card shows more of an instruction than this; a here-document may be as long as its author likes. */
const LONGEST_TEXT = 4000;

/** What the Timeline is told of a build, made anew from it. */
export interface Snapshot {
  readonly head: TimelineHead;
  readonly steps: ReadonlyMap<string, SentStep>;
}

/** A step as it is in the model, and what is told of it. */
interface SentStep {
  readonly source: BuildStep;
  readonly step: TimelineStep;
}

/** The facts of a build's course that the Timeline shows beside its steps. */
export interface Course {
  readonly lanes: readonly TimelineLane[];
  /** Ids of the steps that the end waited for, first to last. */
  readonly critical: readonly string[];
  readonly advice: readonly Advice[];
  readonly quick?: true;
}

/**
 * Makes what the Timeline is told of a build.
 * @param before what it was told last: steps that are the same object as then aren't made again.
 * @param problem why its steps can't be read
 */
export function snapshot(
  build: Build,
  course: Course,
  before?: Snapshot,
  problem?: string,
): Snapshot {
  const steps = new Map<string, SentStep>();
  for (const source of build.steps) {
    const known = before?.head.state === build.state ? before.steps.get(source.id) : undefined;
    const step = known?.source === source ? known.step : timelineStep(source, build);
    steps.set(source.id, { source, step });
  }
  const { id, state, started, ended, request } = build;
  const failure = whyFailed(build);
  const head: TimelineHead = {
    id,
    name: cut(request.tags[0] ?? fileName(request.dockerfile)),
    dockerfile: cut(fileName(request.dockerfile)),
    state,
    started,
    ...(ended !== undefined && { ended }),
    ...course,
    ...(failure !== undefined && { failure: cut(failure) }),
    ...(problem !== undefined && { problem: cut(problem) }),
    ...(build.elsewhere && { elsewhere: true }),
  };
  return { head, steps };
}

/**
 * What has to be told for one state to become the next: all of it, what changed, or nothing.
 * @param before what was told last; undefined when nothing was.
 * @param now the engine's present time, milliseconds since the epoch.
 */
export function difference(
  before: Snapshot | undefined,
  after: Snapshot,
  now: number,
): ToTimeline | undefined {
  const all = [...after.steps.values()].map(({ step }) => step);
  if (!before || before.head.id !== after.head.id || !grewOnly(before, after))
    return { type: 'build', now, head: after.head, steps: all };
  const steps = all.filter((step) => {
    const told = before.steps.get(step.id)?.step;
    return told !== step && JSON.stringify(told) !== JSON.stringify(step);
  });
  const isHeadSame = JSON.stringify(before.head) === JSON.stringify(after.head);
  if (steps.length === 0 && isHeadSame) return undefined;
  return { type: 'change', now, ...(!isHeadSame && { head: after.head }), steps };
}

/** The engine's present time, milliseconds since the epoch. */
export function engineNow({ skew = 0 }: Build, now = Date.now()): number {
  return now - skew;
}

/** Whether every step of before is where it was, so that what is new stands at the end. */
function grewOnly(before: Snapshot, after: Snapshot): boolean {
  const ids = after.steps.keys();
  for (const id of before.steps.keys()) if (ids.next().value !== id) return false;
  return true;
}

function timelineStep(step: BuildStep, build: Build): TimelineStep {
  const { id, state, started, ended, since, duration, error, logBytes } = step;
  // A build whose engine was lost has ended, even if its steps were never said to.
  const isLost = state === 'running' && build.state !== 'running';
  const stopped = isLost ? (ended ?? build.ended) : ended;
  const lost = isLost && since !== undefined ? Math.max((build.ended ?? since) - since, 0) : 0;
  return {
    id,
    instruction: cut(step.instruction),
    state: isLost ? 'cancelled' : state,
    ...(started !== undefined && { started }),
    ...(stopped !== undefined && { ended: stopped }),
    duration: duration + lost,
    ...(since !== undefined && !isLost && { since }),
    bytes: step.transfers.reduce((sum, { current }) => sum + current, 0),
    logBytes,
    ...(error !== undefined && { error: cut(withoutCommand(error)) }),
    ...(step.index !== undefined && { index: step.index }),
    ...(step.total !== undefined && { total: step.total }),
    ...(step.platform !== undefined && { platform: cut(step.platform) }),
    ...(step.lines && { lines: step.lines }),
  };
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

function fileName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
