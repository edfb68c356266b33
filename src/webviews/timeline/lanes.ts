import type { TimelineHead, TimelineStep } from '../protocol/timeline.ts';

/** The steps of one stage, in the order of the Dockerfile. */
export interface Lane {
  readonly key: string;
  readonly name: string;
  readonly steps: readonly TimelineStep[];
}

/** A line of the chart: a stage's heading, or a step. */
export type Row =
  | { readonly kind: 'lane'; readonly key: string; readonly lane: Lane; readonly folded: boolean }
  | {
      readonly kind: 'step';
      readonly key: string;
      readonly lane: Lane;
      readonly step: TimelineStep;
      /** Place in its lane, from 1. */
      readonly place: number;
    };

/** The lanes with their steps. What the build knows nothing of is left out. */
export function lanesOf(head: TimelineHead, steps: readonly TimelineStep[]): Lane[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return head.lanes.map(({ key, name, steps: ids }) => ({
    key,
    name,
    steps: ids.flatMap((id) => byId.get(id) ?? []),
  }));
}

/** The lines of the chart from top to bottom, without the steps of lanes that are folded. */
export function rowsOf(all: readonly Lane[], folded: ReadonlySet<string>): Row[] {
  return all.flatMap((lane): Row[] => {
    const heading: Row = {
      kind: 'lane',
      key: `lane ${lane.key}`,
      lane,
      folded: folded.has(lane.key),
    };
    if (heading.folded) return [heading];
    const own = lane.steps.map((step, index): Row => ({
      kind: 'step',
      key: `step ${step.id}`,
      lane,
      step,
      place: index + 1,
    }));
    return [heading, ...own];
  });
}

/** When the first of a lane's steps began and the last one ended; `to` is absent while one of them runs. */
export function spanOf(lane: Lane): { readonly from: number; readonly to?: number } | undefined {
  const begun = lane.steps.filter(({ started }) => started !== undefined);
  if (begun.length === 0) return undefined;
  const from = Math.min(...begun.map(({ started = 0 }) => started));
  if (begun.some(({ state }) => state === 'running')) return { from };
  return { from, to: Math.max(...begun.map(({ started = 0, ended = started }) => ended)) };
}

/** Key of the lane that a step is in. */
export function laneKeyOf(all: readonly Lane[], step: string): string | undefined {
  return all.find(({ steps }) => steps.some(({ id }) => id === step))?.key;
}
