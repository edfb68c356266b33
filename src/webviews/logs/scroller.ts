import type { LogHead } from '../protocol/logs.ts';
import type { Lines } from './lines.ts';
import type { Place } from './place.ts';
import { AT_END, movedDown, movedUp, paused, settled, thumb } from './sight.ts';
import type { Drawn, Sight } from './sight.ts';

/** What the scroller moves. */
export interface ScrollParts {
  /** The element of the rows, once it stands. */
  rows(): HTMLElement | null;
  /** What is known of the log; undefined before the extension has said anything. */
  head(): LogHead | undefined;
  readonly lines: Lines;
  readonly place: Place;
  /** Draws at once, so that what is drawn can be measured. */
  draw(): void;
  /** One stands somewhere else. */
  moved(sight: Sight): void;
}

/** Which lines are in sight, and how one moves among them. */
export interface Scroller {
  sight(): Sight;
  /** Places of the lines that are to be drawn; those that have not come are asked for. */
  range(): readonly [from: number, to: number];
  /** Where the thumb of the bar stands, as parts of the whole; undefined when all is in sight. */
  bar(): { readonly from: number; readonly size: number } | undefined;
  /** The place behind the last line that is drawn while the end is followed. */
  end(): number;
  /** Lines that have come since the end was followed last. */
  waiting(): number;
  /** Lines that are seen at once, at least one. */
  page(): number;
  by(pixels: number): void;
  /** Goes to a part of the whole: 1 is the end. */
  to(part: number): void;
  /** Brings a line into the upper part of the window. */
  show(at: number): void;
  /** Chooses a line by the keyboard, and brings it into sight. */
  choose(at: number, extend: boolean): void;
  follow(): void;
  /** Follows the end no more, and stays where it is. */
  pause(): void;
  /** Stands where one stood when the page was there last, with all lines read. */
  restore(top: number): void;
  /** The lines are other ones, up to `end`. */
  reset(end: number): void;
  /** Looks how high a line is; whether that is other than it was thought. @param wrap lines differ in height then */
  measure(wrap: boolean): boolean;
}

const sum = (heights: readonly number[]) => heights.reduce((all, one) => all + one, 0);

/** Makes one that follows the end. */
export function createScroller({ rows, head, lines, place, draw, moved }: ScrollParts): Scroller {
  let sight: Sight = AT_END;
  /** Behind the last line that is drawn while the end is followed: lines that have not come yet aren't. */
  let shownEnd = 0;
  let pausedAt = 0;
  let rowHeight = 20;

  const visible = () => (rows()?.clientHeight ?? 0) / rowHeight;

  function look(next: Sight): void {
    if (sight.following && !next.following) pausedAt = shownEnd;
    sight = next;
    moved(next);
  }

  function drawn(): Drawn {
    const element = rows();
    const elements = [...(element?.querySelectorAll<HTMLElement>('.row') ?? [])];
    return {
      from: Number(elements[0]?.dataset['place'] ?? 0),
      heights: elements.map((row) => row.getBoundingClientRect().height),
      window: element?.clientHeight ?? 0,
    };
  }

  function pause(): void {
    if (sight.following) look(paused(drawn()));
  }

  function by(pixels: number): void {
    const bounds = head();
    if (!bounds || (sight.following && pixels >= 0)) return;
    pause();
    if (pixels > 0) look(movedDown(sight, pixels, drawn(), bounds, rowHeight));
    else {
      const { sight: next, above, rest } = movedUp(sight, -pixels, bounds, rowHeight);
      look(next);
      if (above > 0) {
        draw();
        look(settled(sight, above, rest, drawn(), bounds, rowHeight));
      }
    }
    draw();
  }

  function show(at: number): void {
    const bounds = head();
    if (!bounds) return;
    const top = Math.max(at - Math.floor(Math.floor(visible()) / 3), bounds.first);
    look({ following: false, top, offset: 0 });
    draw();
    // Near the end there is nothing to fill the window with.
    const { from, heights, window } = drawn();
    if (from + heights.length >= bounds.end && sum(heights) < window) look(AT_END);
    draw();
  }

  function choose(at: number, extend: boolean): void {
    const bounds = head();
    if (!bounds || bounds.end === bounds.first) return;
    const wanted = Math.min(Math.max(at, bounds.first), bounds.end - 1);
    place.choose(wanted, extend);
    pause();
    const { from, heights, window } = drawn();
    const above = sum(heights.slice(0, Math.max(wanted - from, 0))) - sight.offset;
    const height = heights[wanted - from];
    if (wanted === bounds.end - 1 && !extend) look(AT_END);
    else if (height === undefined) show(wanted);
    else if (above < 0) by(above);
    else if (above + height > window) by(above + height - window);
    draw();
  }

  function follow(): void {
    place.forget();
    look(AT_END);
    draw();
  }

  return {
    sight: () => sight,
    end: () => shownEnd,
    waiting: () => Math.max((head()?.end ?? 0) - pausedAt, 0),
    page: () => Math.max(Math.floor(visible()) - 1, 1),
    range() {
      const bounds = head();
      if (!bounds) return [0, 0];
      const { first, end } = bounds;
      const most = Math.ceil(visible()) + 2;
      if (!sight.following) {
        const top = Math.min(Math.max(sight.top, first), end);
        const to = Math.min(top + most, end);
        lines.want(top, to, first, end);
        return [top, to];
      }
      const from = Math.max(end - most, first);
      lines.want(from, end, first, end);
      if (lines.has(from, end)) shownEnd = end;
      shownEnd = Math.max(shownEnd, first);
      return [Math.max(shownEnd - most, first), shownEnd];
    },
    bar() {
      const bounds = head();
      return bounds && thumb(sight, bounds, visible(), rowHeight);
    },
    by,
    to(part) {
      const bounds = head();
      if (!bounds) return;
      if (part >= 1) return follow();
      const top = bounds.first + Math.floor(part * (bounds.end - bounds.first));
      look({ following: false, top, offset: 0 });
      draw();
    },
    show,
    choose,
    follow,
    pause,
    restore(top) {
      sight = { following: false, top, offset: 0 };
      pausedAt = head()?.end ?? 0;
    },
    reset(end) {
      shownEnd = end;
      place.forget();
    },
    measure(wrap) {
      const row = wrap ? null : rows()?.querySelector('.row:not(.open) .line');
      const height = row?.getBoundingClientRect().height ?? 0;
      if (height === 0 || Math.abs(height - rowHeight) <= 0.5) return false;
      rowHeight = height;
      return true;
    },
  };
}
