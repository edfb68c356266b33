import { brief } from '../../util/brief.ts';
import { oneLine } from '../../util/format.ts';
import { groupBy } from '../../util/multimap.ts';
import type { Build, BuildStep, Transfer } from './model.ts';

/** Steps that belong together. */
export interface StepGroup {
  /** Tells groups of one build apart, and is the same in the next build. */
  readonly key: string;
  /** `internal`: what goes before the stages, such as sending the context. `export`: what is made of the result. */
  readonly kind: 'internal' | 'stage' | 'export';
  readonly stage?: string;
  readonly platform?: string;
  /** Of a stage in the order of its instructions, of the others in the order in which the engine told of them. */
  readonly steps: readonly BuildStep[];
}

const EXPORTING =
  /^(?:exporting |preparing (?:layers|build cache|cache)|pushing |sending tarball|copying files|merging manifest|importing to |generating sbom|resolving provenance)/;

/** Where a step belongs. */
export function kindOf({ stage, instruction }: BuildStep): StepGroup['kind'] {
  if (stage !== undefined) return 'stage';
  return EXPORTING.test(instruction) ? 'export' : 'internal';
}

/** Groups the steps of a build: what goes before, the stages in the order of the Dockerfile as far as it is known, exporting. */
export function groupSteps(build: Build): readonly StepGroup[] {
  const groups = groupBy(build.steps, (step) =>
    kindOf(step) === 'stage' ? `stage ${step.stage} ${step.platform ?? ''}`.trim() : kindOf(step),
  );
  return Array.from(groups, ([key, steps]): StepGroup => {
    const [first] = steps;
    const kind = first ? kindOf(first) : 'internal';
    if (kind !== 'stage') return { key, kind, steps };
    return {
      key,
      kind,
      ...(first?.stage !== undefined && { stage: first.stage }),
      ...(first?.platform !== undefined && { platform: first.platform }),
      steps: steps.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)),
    };
  }).sort((a, b) => rank(a) - rank(b));
}

/** Stages are ordered by their first known line; those of which none is known stay as they come, behind the others. */
function rank({ kind, steps }: StepGroup): number {
  if (kind === 'internal') return -1;
  if (kind === 'export') return Infinity;
  return Math.min(Number.MAX_SAFE_INTEGER, ...steps.flatMap(({ lines }) => lines?.[0] ?? []));
}

/** Whether nothing more happens to a step. */
export function isDone({ state }: BuildStep): boolean {
  return state !== 'waiting' && state !== 'running';
}

/** Milliseconds that a step has run by `now`, which is of this computer's clock. */
export function timeOf({ duration, since }: BuildStep, build: Build, now: number): number {
  return since === undefined ? duration : duration + Math.max(0, now - (build.skew ?? 0) - since);
}

/** Milliseconds from the beginning of a build to its end, or to `now`, which is of this computer's clock. */
export function buildTime({ started, ended, skew = 0 }: Build, now: number): number {
  return Math.max(0, (ended ?? now - skew) - started);
}

/** Bytes of several transfers. */
export function transferred(transfers: readonly Transfer[]): number {
  return transfers.reduce((all, { current }) => all + current, 0);
}

/** What is said of a build whose engine says nothing. */
export const UNANSWERED = 'the engine does not answer';

/** What a build does at the moment in one line: `3/12 · RUN npm ci`, with `+2` when two more steps run. */
export function activity(build: Build, length = 80): string {
  if (build.unanswered) return UNANSWERED;
  const { steps } = build;
  const count = `${steps.filter(isDone).length}/${steps.length}`;
  const running = steps.filter(({ state }) => state === 'running');
  // What stands in the Dockerfile says more than what the engine does beside.
  const [first] = running.toSorted(
    (a, b) =>
      Number(b.index !== undefined) - Number(a.index !== undefined) ||
      (b.since ?? 0) - (a.since ?? 0),
  );
  if (!first) return count;
  const more = running.length > 1 ? ` +${running.length - 1}` : '';
  return `${count} · ${shorten(brief(first.instruction), length - count.length - 3 - more.length)}${more}`;
}

/** Text in one line of at most so many characters. */
export function shorten(text: string, length: number): string {
  const chars = Array.from(oneLine(text));
  return chars.length <= length ? chars.join('') : `${chars.slice(0, length - 1).join('')}…`;
}
