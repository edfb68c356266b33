import type { Bounds } from './sight.ts';

/** The line that the keyboard is at, and those that are selected with it. */
export interface Place {
  current(): number | undefined;
  selected(place: number): boolean;
  /** First and last of those that are selected; undefined when none is. */
  range(): { readonly from: number; readonly to: number } | undefined;
  choose(place: number, extend?: boolean): void;
  forget(): void;
}

/** Makes the memory of what is chosen. Lines that have been dropped aren't any more. */
export function createPlace(bounds: () => Bounds): Place {
  let current: number | undefined;
  let anchor: number | undefined;

  function range() {
    const { first, end } = bounds();
    if (current === undefined || current < first || current >= end) return undefined;
    const other = Math.max(anchor ?? current, first);
    return { from: Math.min(current, other), to: Math.max(current, other) };
  }

  return {
    current: () => (range() ? current : undefined),
    selected(place) {
      const chosen = range();
      return chosen !== undefined && place >= chosen.from && place <= chosen.to;
    },
    range,
    choose(place, extend = false) {
      anchor = extend ? (anchor ?? current ?? place) : place;
      current = place;
    },
    forget() {
      current = undefined;
      anchor = undefined;
    },
  };
}
