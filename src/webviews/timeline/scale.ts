const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Distances in milliseconds at which an axis may carry marks: such as people count in. */
const DISTANCES = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  [1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  [1, 2, 6, 12, 24].map((hours) => hours * HOUR),
);

/** Pixels that a mark's label needs, with air. */
const LABEL_WIDTH = 80;

/** A day of build is shown like an hour; finer than this, bars are wider than any screen. */
const MOST_PIXELS_PER_MS = 10;
const MOST_ZOOM = 1000;

export interface Tick {
  /** Milliseconds since the axis's begin. */
  readonly at: number;
  readonly label: string;
}

/** What is seen of an axis: how much it is magnified, and how many pixels of it are scrolled away on the left. */
export interface Sight {
  readonly zoom: number;
  readonly left: number;
}

/** Milliseconds between two marks, so that their labels don't touch; whole days where even a day is too narrow. */
export function tickDistance(pixelsPerMs: number): number {
  const fits = (distance: number) => distance * pixelsPerMs >= LABEL_WIDTH;
  const found = DISTANCES.find(fits);
  if (found !== undefined) return found;
  const day = 24 * HOUR;
  return day * Math.max(1, Math.ceil(LABEL_WIDTH / (day * pixelsPerMs)));
}

/**
 * The marks of the part of an axis that is seen.
 * @param from first millisecond that is seen, counted from the axis's begin.
 * @param to last millisecond that is seen.
 */
export function ticks(from: number, to: number, pixelsPerMs: number): Tick[] {
  if (!(pixelsPerMs > 0) || !(to >= from)) return [];
  const distance = tickDistance(pixelsPerMs);
  const marks: Tick[] = [];
  for (let n = Math.max(0, Math.ceil(from / distance)); n * distance <= to; n++)
    marks.push({ at: n * distance, label: tickLabel(n * distance, distance) });
  return marks;
}

/** `0`, `250 ms`, `1.5 s`, `45 s`, `1 min 30 s`, `2 h`: as fine as the distance to the next mark asks for. */
export function tickLabel(at: number, distance: number): string {
  if (at === 0) return '0';
  if (at < SECOND) return `${at} ms`;
  if (at < MINUTE) {
    const digits = distance >= SECOND ? 0 : distance >= 100 ? 1 : distance >= 10 ? 2 : 3;
    return `${(at / SECOND).toFixed(digits)} s`;
  }
  const units: readonly [number, string][] = [
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
    [1, 'ms'],
  ];
  let rest = at;
  const parts: string[] = [];
  for (const [size, unit] of units) {
    const whole = Math.floor(rest / size);
    if (whole > 0) parts.push(`${whole} ${unit}`);
    rest -= whole * size;
  }
  return parts.join(' ');
}

/**
 * Milliseconds that the axis covers. A build that runs gets air to grow into, in rare jumps, lest every bar shrinks
 * all the time.
 */
export function axisLength(elapsed: number, running: boolean): number {
  const whole = Math.max(elapsed, 1);
  if (!running) return whole;
  const wanted = Math.max(whole * 1.1, 2 * SECOND);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 1.5, 2, 3, 5, 7.5, 10].find((factor) => factor * power >= wanted) ?? 10;
  return step * power;
}

/** The most that an axis of this length may be magnified, where `width` pixels show all of it. */
export function mostZoom(length: number, width: number): number {
  return Math.max(1, Math.min(MOST_ZOOM, (MOST_PIXELS_PER_MS * length) / Math.max(width, 1)));
}

/**
 * Magnifies by `factor` so that what stands `x` pixels from the left edge of what is seen stays there.
 * @param width pixels that show the whole axis at zoom 1.
 */
export function zoomAt(
  sight: Sight,
  factor: number,
  x: number,
  length: number,
  width: number,
): Sight {
  const zoom = Math.min(Math.max(sight.zoom * factor, 1), mostZoom(length, width));
  const place = (sight.left + x) / (width * sight.zoom);
  const left = place * width * zoom - x;
  return { zoom, left: Math.min(Math.max(left, 0), width * (zoom - 1)) };
}

/** Where a bar stands on the axis, in milliseconds since its begin; `to` is absent while it grows. */
export interface Bar {
  readonly from: number;
  readonly to?: number;
}

/** The bar of a step; undefined for one that hasn't begun. Clocks that run backwards make an empty bar, not a negative one. */
export function barOf(
  step: { readonly state: string; readonly started?: number; readonly ended?: number },
  begin: number,
): Bar | undefined {
  if (step.started === undefined) return undefined;
  const from = Math.max(step.started - begin, 0);
  if (step.state === 'running') return { from };
  return { from, to: Math.max((step.ended ?? step.started) - begin, from) };
}
