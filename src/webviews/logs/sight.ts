/** Which lines there are: the place of the oldest, and the one behind the last. */
export interface Bounds {
  readonly first: number;
  readonly end: number;
}

/** What is in sight: the end, or the lines from a place on, of the first of which some pixels are out of sight. */
export interface Sight {
  readonly following: boolean;
  readonly top: number;
  readonly offset: number;
}

/** How the drawn rows lie: heights from the top on, in pixels. */
export interface Drawn {
  /** Place of the first of them. */
  readonly from: number;
  readonly heights: readonly number[];
  /** Of what they are seen through. */
  readonly window: number;
}

export const AT_END: Sight = { following: true, top: 0, offset: 0 };

/**
 * Where one is after moving down by some pixels: `drawn` are the rows as they lie at `sight`. At the end, the end is
 * followed from there on.
 * @param row height of a line that isn't drawn
 */
export function movedDown(
  { top, offset }: Sight,
  pixels: number,
  drawn: Drawn,
  { first, end }: Bounds,
  row: number,
): Sight {
  const heightOf = (place: number) => drawn.heights[place - drawn.from] ?? row;
  let place = Math.max(top, first);
  let rest = offset + pixels;
  while (place < end && rest >= heightOf(place)) {
    rest -= heightOf(place);
    place++;
  }
  let below = -rest;
  let at = place;
  for (; at < end && below <= drawn.window; at++) below += heightOf(at);
  // All that is below fits into the window, but for a fraction of a pixel: that is the end.
  if (at === end && below <= drawn.window + 1) return AT_END;
  return { following: false, top: place, offset: rest };
}

/**
 * Where one is after moving up by some pixels, as far as is known before the rows above are drawn: `tops` of them have to
 * be measured, and given to `settled`.
 */
export function movedUp(
  { top, offset }: Sight,
  pixels: number,
  { first }: Bounds,
  row: number,
): { readonly sight: Sight; readonly above: number; readonly rest: number } {
  if (pixels <= offset)
    return { sight: { following: false, top, offset: offset - pixels }, above: 0, rest: 0 };
  const wanted = pixels - offset;
  const above = Math.min(Math.ceil(wanted / row), Math.max(top - first, 0));
  return { sight: { following: false, top: top - above, offset: 0 }, above, rest: wanted };
}

/** Where one is once the rows above are drawn: they may be higher than was thought. */
export function settled(
  sight: Sight,
  above: number,
  rest: number,
  drawn: Drawn,
  bounds: Bounds,
  row: number,
): Sight {
  const height = drawn.heights.slice(0, above).reduce((sum, one) => sum + one, 0);
  const offset = height - rest;
  if (offset <= 0) return { ...sight, offset: 0 };
  return movedDown({ ...sight, offset: 0 }, offset, drawn, bounds, row);
}

/** Where one is when the end is followed no more, and nothing moves: the rows lie with their end at the window's. */
export function paused(drawn: Drawn): Sight {
  const height = drawn.heights.reduce((sum, one) => sum + one, 0);
  let hidden = Math.max(height - drawn.window, 0);
  let at = 0;
  while (at < drawn.heights.length - 1 && hidden >= (drawn.heights[at] ?? 0)) {
    hidden -= drawn.heights[at] ?? 0;
    at++;
  }
  return { following: false, top: drawn.from + at, offset: hidden };
}

/** The bar beside the lines: where its thumb begins and how long it is, as parts of the whole. */
export function thumb(
  { following, top, offset }: Sight,
  { first, end }: Bounds,
  visible: number,
  row: number,
): { readonly from: number; readonly size: number } | undefined {
  const all = end - first;
  if (all <= visible) return undefined;
  const size = Math.max(visible / all, 0.03);
  const last = all - visible;
  const at = following ? 1 : Math.min(Math.max((top - first + offset / row) / last, 0), 1);
  return { from: at * (1 - size), size };
}
