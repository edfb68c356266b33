import type { Matcher } from './query.ts';
import type { LogRing } from './ring.ts';
import { matchesIn } from './scan.ts';
import type { Slices } from './slices.ts';
import type { LogView } from './view.ts';

export interface Found {
  /** Number of the line. */
  readonly index: number;
  /** There was none in the asked direction any more: it is the first one from the other end. */
  readonly wrapped: boolean;
}

/**
 * Finds the next line that matches, among those of a view.
 * @param from number of the line to begin at: itself included.
 * @param back whether to look towards the beginning.
 * @returns undefined when no line matches, or when the signal fires.
 * @throws EngineError `timeout` for an expression that does not come to an end
 */
export async function findLine(
  ring: LogRing,
  view: LogView,
  matcher: Matcher,
  { from, back }: { readonly from: number; readonly back: boolean },
  slices: Slices,
  signal?: AbortSignal,
): Promise<Found | undefined> {
  const pass = back ? passBack : passOn;
  if (back ? from < ring.first : from >= ring.end) {
    const whole = back ? ([ring.end - 1, ring.first] as const) : ([ring.first, ring.end] as const);
    const index = await pass(ring, view, matcher, ...whole, slices, signal);
    return index === undefined ? undefined : { index, wrapped: true };
  }
  const start = Math.min(Math.max(from, ring.first), Math.max(ring.end - 1, ring.first));
  const ends = back ? ([start, ring.first] as const) : ([start, ring.end] as const);
  const index = await pass(ring, view, matcher, ...ends, slices, signal);
  if (index !== undefined) return { index, wrapped: false };
  const others = back ? ([ring.end - 1, start] as const) : ([ring.first, start] as const);
  const other = await pass(ring, view, matcher, ...others, slices, signal);
  return other === undefined ? undefined : { index: other, wrapped: true };
}

type Pass = (
  ring: LogRing,
  view: LogView,
  matcher: Matcher,
  from: number,
  to: number,
  slices: Slices,
  signal: AbortSignal | undefined,
) => Promise<number | undefined>;

/** Looks at the lines from `from` up to `to`, this one excluded. */
const passOn: Pass = async (ring, view, matcher, from, to, slices, signal) => {
  let found: number | undefined;
  let next = from;
  const step = () => {
    next = Math.max(next, ring.first);
    const block = next < to ? ring.block(next) : undefined;
    if (!block) return false;
    const { first } = block;
    const last = Math.min(block.count, to - first);
    matchesIn(block, matcher, next - first, last, (line) => {
      if (!view.shows(first + line)) return false;
      found = first + line;
      return true;
    });
    next = first + last;
    return found === undefined;
  };
  await slices.run(step, signal);
  return found;
};

/** Looks at the lines from `from` down to `to`, this one included. */
const passBack: Pass = async (ring, view, matcher, from, to, slices, signal) => {
  let found: number | undefined;
  let next = from;
  const step = () => {
    const block = next >= to ? ring.block(next) : undefined;
    if (!block) return false;
    const { first } = block;
    const least = Math.max(to - first, 0);
    matchesIn(block, matcher, least, next - first + 1, (line) => {
      if (view.shows(first + line)) found = first + line;
    });
    next = first - 1;
    return found === undefined;
  };
  await slices.run(step, signal);
  return found;
};

/**
 * Counts the lines of a view that match.
 * @returns undefined when the signal fires before all have been looked at.
 * @throws EngineError `timeout`
 */
export async function countLines(
  ring: LogRing,
  view: LogView,
  matcher: Matcher,
  slices: Slices,
  signal?: AbortSignal,
): Promise<number | undefined> {
  let count = 0;
  let next = ring.first;
  const step = () => {
    next = Math.max(next, ring.first);
    const block = ring.block(next);
    if (!block) return false;
    const { first } = block;
    matchesIn(block, matcher, next - first, block.count, (line) => {
      if (view.shows(first + line)) count++;
    });
    next = first + block.count;
    return true;
  };
  return (await slices.run(step, signal)) ? count : undefined;
}
