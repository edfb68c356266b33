import { causeOf, formatSeconds, wasRun } from './advice.ts';
import { groupBy } from '../../util/multimap.ts';
import type { Build, BuildStep } from './model.ts';
import { groupSteps, kindOf, shorten } from './stages.ts';

/** A step in two builds, or in one of them. */
export interface ComparedStep {
  readonly before?: BuildStep;
  readonly after?: BuildStep;
  /** Its words are others, at the same place in the same stage. */
  readonly reworded: boolean;
  /** It ran although the build before had its result, or runs no more because of that. */
  readonly cache: 'lost' | 'gained' | 'same';
  /** Milliseconds that it took longer; less than 0 when it was faster. */
  readonly slower: number;
}

/** Why a step lost its cache. */
export type LossCause =
  /** All was to be built anew. */
  | 'no-cache'
  /** The instruction is another, or wasn't there. */
  | 'instruction'
  | 'new'
  /** The stage's base image is another. */
  | 'base'
  /** It takes files, and these are others. */
  | 'files'
  /** Nothing that can be seen: the value of an argument or of ENV, or the result was removed from the cache. */
  | 'hidden';

export interface LossReason {
  readonly cause: LossCause;
  /** The step that was the first to lose its cache, or the base that is another. */
  readonly step: BuildStep;
  /** How it was worded before, where it is reworded. */
  readonly before?: BuildStep;
  /** In English. */
  readonly sentence: string;
}

export interface Comparison {
  /** In the order of the later build; what only the earlier one had follows. */
  readonly steps: readonly ComparedStep[];
  readonly lost: readonly ComparedStep[];
  /** The instructions that caused the losses, first in the Dockerfile first. */
  readonly reasons: readonly LossReason[];
  /** Milliseconds that the build took longer. */
  readonly slower: number;
}

/**
 * Compares two builds of one Dockerfile. Steps are matched by stage and words, then by stage and place. Ids say little:
 * whatever depends on the build context has another id in every build, cached or not.
 */
export function compareBuilds(before: Build, after: Build): Comparison {
  const pairs = match(before, after);
  const steps = pairs.map(([a, b]) => compareSteps(a, b));
  const lost = steps.filter(({ cache }) => cache === 'lost');
  const length = ({ started, ended = started }: Build) => ended - started;
  return {
    steps,
    lost,
    reasons: reasonsOf(steps, after),
    slower: length(after) - length(before),
  };
}

type Pair = readonly [before: BuildStep | undefined, after: BuildStep | undefined];

function match(before: Build, after: Build): readonly Pair[] {
  const order = (build: Build) => groupSteps(build).flatMap(({ steps }) => steps);
  const earlier = order(before);
  const later = order(after);
  const found = new Map<BuildStep, BuildStep>();
  const taken = new Set<BuildStep>();
  const pair = (keyOf: (step: BuildStep) => string) => {
    const open = groupBy(
      earlier.filter((step) => !taken.has(step)),
      keyOf,
    );
    for (const step of later) {
      if (found.has(step)) continue;
      const one = open.get(keyOf(step))?.shift();
      if (!one) continue;
      found.set(step, one);
      taken.add(one);
    }
  };
  const place = ({ platform, stage }: BuildStep) => `${platform} ${stage}`;
  const words = (step: BuildStep) =>
    // A base is the same one with another digest.
    step.instruction.replace(/^(FROM .*)@.*$/, '$1');
  pair((step) => `${place(step)} ${words(step)}`);
  pair((step) =>
    step.index === undefined
      ? step.instruction
      : `${place(step)} ${step.index} ${step.instruction.split(' ', 1)[0]}`,
  );
  return [
    ...later.map((step): Pair => [found.get(step), step]),
    ...earlier.filter((step) => !taken.has(step)).map((step): Pair => [step, undefined]),
  ];
}

function compareSteps(before: BuildStep | undefined, after: BuildStep | undefined): ComparedStep {
  return {
    ...(before && { before }),
    ...(after && { after }),
    reworded: Boolean(before && after && before.instruction !== after.instruction),
    cache: cacheOf(before, after),
    slower: (after?.duration ?? 0) - (before?.duration ?? 0),
  };
}

/** What a build has carried out is there for the next. */
function cacheOf(
  before: BuildStep | undefined,
  after: BuildStep | undefined,
): ComparedStep['cache'] {
  if (!before || !after) return 'same';
  if (wasRun(after) && (before.state === 'cached' || before.state === 'completed')) return 'lost';
  return after.state === 'cached' && before.state !== 'cached' ? 'gained' : 'same';
}

function reasonsOf(steps: readonly ComparedStep[], after: Build): readonly LossReason[] {
  const byId = new Map(after.steps.map((step) => [step.id, step]));
  const compared = new Map(steps.flatMap((one) => (one.after ? [[one.after.id, one]] : [])));
  const found = new Map<string, LossReason>();
  for (const { cache, after: step } of steps) {
    if (cache !== 'lost' || !step) continue;
    const first = causeOf(step, byId) ?? step;
    const reason = reasonOf(first, compared, byId, after);
    if (!found.has(reason.step.id)) found.set(reason.step.id, reason);
  }
  const line = ({ step }: LossReason) => step.lines?.[0] ?? Infinity;
  return [...found.values()].sort((a, b) => (line(a) === line(b) ? 0 : line(a) - line(b)));
}

function reasonOf(
  step: BuildStep,
  compared: ReadonlyMap<string, ComparedStep>,
  byId: ReadonlyMap<string, BuildStep>,
  after: Build,
): LossReason {
  const name = shorten(step.instruction, 60);
  const one = compared.get(step.id);
  const before = one?.before;
  if (after.request.noCache === true)
    return { cause: 'no-cache', step, sentence: 'The build was told to use no cache.' };
  if (!before)
    return { cause: 'new', step, sentence: `${name} is new: all that follows it is built anew.` };
  if (one.reworded)
    return {
      cause: 'instruction',
      step,
      before,
      sentence: `${name} was ${shorten(before.instruction, 60)} before.`,
    };
  const inputs = step.inputs.flatMap((id) => byId.get(id) ?? []);
  const base = inputs.find(
    (input) =>
      input.instruction.startsWith('FROM ') && compared.get(input.id)?.before?.id !== input.id,
  );
  if (base) {
    const was = compared.get(base.id)?.before;
    return {
      cause: 'base',
      step: base,
      ...(was && { before: was }),
      sentence: `The base image ${shorten(base.instruction.slice(5), 60)} is another one than before.`,
    };
  }
  const files = inputs.some((input) => kindOf(input) === 'internal' && isSource(input));
  if (files && /^(?:LINK )?(?:COPY|ADD)\s|--mount/.test(step.instruction))
    return { cause: 'files', step, sentence: `Files that ${name} takes have changed.` };
  return {
    cause: 'hidden',
    step,
    sentence: `Nothing in the text of ${name} has changed: an argument or ENV has another value, or its result was removed from the cache.`,
  };
}

/** Whether files come from it: the context, a named one, a heredoc, a download. */
function isSource({ name }: BuildStep): boolean {
  return !name.startsWith('FROM ');
}

/** `4.2 s faster`, `12.0 s slower`, `as fast` within a tenth of a second. */
export function formatDifference(slower: number): string {
  if (Math.abs(slower) < 100) return 'as fast';
  return `${formatSeconds(Math.abs(slower))} ${slower > 0 ? 'slower' : 'faster'}`;
}
