/** A bar of the critical path as it is drawn: its ends and the height of its middle, in pixels. */
export interface Stop {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/**
 * The line that leads from bar to bar along the critical path, as an SVG path: from a bar's end straight to where the
 * next one begins, then up or down to it.
 */
export function pathThrough(stops: readonly Stop[]): string {
  const parts: string[] = [];
  for (const [index, stop] of stops.entries()) {
    const next = stops[index + 1];
    if (next === undefined || next.y === stop.y) continue;
    const x = round(next.from);
    parts.push(`M${round(Math.min(stop.to, next.from))} ${round(stop.y)}H${x}V${round(next.y)}`);
  }
  return parts.join('');
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
