import type { Build, BuildStep } from './model.ts';
import { kindOf, timeOf } from './stages.ts';

/** What bounds the length of a build. */
export interface CriticalPath {
  /** Ids of the steps, in their order, that the build could not have been shorter without. */
  readonly steps: readonly string[];
  /** Milliseconds that these took together. */
  readonly length: number;
  /** By id, the milliseconds that a step might have taken longer without making the build longer. */
  readonly slack: ReadonlyMap<string, number>;
}

/**
 * Finds the critical path of a build by the steps' inputs and durations, as if everything could run at once. The engine
 * tells of no inputs for what happens around the Dockerfile: a step without inputs comes after the internal ones that had
 * ended when it began, exporting after everything. `now`, of this computer's clock, ends steps that still run.
 */
export function criticalPath(build: Build, now: number): CriticalPath {
  const steps = build.steps.filter(({ started }) => started !== undefined);
  const before = inputsOf(steps);
  const order = sorted(steps, before);
  const time = (step: BuildStep) => timeOf(step, build, now);
  const ends = new Map<string, number>();
  const last = new Map<string, string>();
  for (const step of order) {
    let start = 0;
    for (const input of before.get(step.id) ?? []) {
      const end = ends.get(input) ?? 0;
      if (end < start || (end === start && last.has(step.id))) continue;
      start = end;
      last.set(step.id, input);
    }
    ends.set(step.id, start + time(step));
  }
  const length = Math.max(0, ...ends.values());
  const latest = new Map(order.map(({ id }) => [id, length]));
  for (const step of order.toReversed()) {
    const begin = (latest.get(step.id) ?? length) - time(step);
    for (const input of before.get(step.id) ?? [])
      latest.set(input, Math.min(latest.get(input) ?? length, begin));
  }
  const slack = new Map(
    order.map(({ id }) => [id, Math.max(0, (latest.get(id) ?? 0) - (ends.get(id) ?? 0))]),
  );
  const path: string[] = [];
  let at = order.findLast(({ id }) => ends.get(id) === length)?.id;
  for (; at !== undefined; at = last.get(at)) path.unshift(at);
  return { steps: path, length, slack };
}

/** What each step comes after, by id. */
function inputsOf(steps: readonly BuildStep[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(steps.map(({ id }) => id));
  const internal = steps.filter((step) => kindOf(step) === 'internal' && step.inputs.length === 0);
  const others = steps.filter((step) => kindOf(step) !== 'export');
  const earlier = (all: readonly BuildStep[], { id, started = 0 }: BuildStep) =>
    all.filter((one) => one.id !== id && (one.ended ?? Infinity) <= started).map(({ id }) => id);
  return new Map(
    steps.map((step) => {
      const inputs = step.inputs.filter((id) => known.has(id));
      if (inputs.length > 0) return [step.id, inputs];
      return [step.id, earlier(kindOf(step) === 'export' ? others : internal, step)];
    }),
  );
}

/** Steps after those that they come after; what goes in a circle is left out. */
function sorted(
  steps: readonly BuildStep[],
  before: ReadonlyMap<string, readonly string[]>,
): readonly BuildStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const open = new Map<string, number>();
  const after = new Map<string, string[]>();
  for (const { id } of steps) {
    const inputs = new Set(before.get(id));
    open.set(id, inputs.size);
    for (const input of inputs) {
      const list = after.get(input) ?? [];
      list.push(id);
      after.set(input, list);
    }
  }
  const order: BuildStep[] = steps.filter(({ id }) => open.get(id) === 0);
  // The list grows while it is gone through.
  for (const { id } of order)
    for (const next of after.get(id) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      const step = byId.get(next);
      if (left === 0 && step) order.push(step);
    }
  return order;
}
