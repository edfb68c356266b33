/** A rectangle, in the unit that was given. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle into boxes whose areas are as the values, each as near to a square as can be (Bruls, Huizing, van Wijk:
 * Squarified Treemaps).
 * @param values the largest first; none below 0
 * @returns a box for each value, in their order
 */
export function squarify(values: readonly number[], { x, y, width, height }: Box): Box[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const boxes: Box[] = [];
  if (!(total > 0) || width <= 0 || height <= 0)
    return values.map(() => ({ x, y, width: 0, height: 0 }));
  const scale = (width * height) / total;
  let rest = { x, y, width, height };
  let at = 0;
  while (at < values.length) {
    const side = Math.min(rest.width, rest.height);
    let end = at + 1;
    let sum = (values[at] ?? 0) * scale;
    // The row takes another box for as long as that makes its worst one no worse.
    while (end < values.length) {
      const next = sum + (values[end] ?? 0) * scale;
      if (worst(values, at, end + 1, next, side, scale) > worst(values, at, end, sum, side, scale))
        break;
      sum = next;
      end++;
    }
    rest = lay(values, at, end, sum, scale, rest, boxes);
    at = end;
  }
  return boxes;
}

/** The ratio of the sides of the longest box of a row: that of its first or its last one. */
function worst(
  values: readonly number[],
  from: number,
  to: number,
  sum: number,
  side: number,
  scale: number,
): number {
  const largest = (values[from] ?? 0) * scale;
  const smallest = (values[to - 1] ?? 0) * scale;
  if (sum === 0 || smallest === 0) return Number.POSITIVE_INFINITY;
  const square = side * side;
  return Math.max((square * largest) / (sum * sum), (sum * sum) / (square * smallest));
}

/** Lays a row along the shorter side; answers what is left. */
function lay(
  values: readonly number[],
  from: number,
  to: number,
  sum: number,
  scale: number,
  { x, y, width, height }: Box,
  boxes: Box[],
): Box {
  const isUpright = width >= height;
  const side = isUpright ? height : width;
  const thickness = side > 0 ? Math.min(sum / side, isUpright ? width : height) : 0;
  let along = 0;
  for (let at = from; at < to; at++) {
    const length = sum > 0 ? ((values[at] ?? 0) * scale * side) / sum : 0;
    boxes.push(
      isUpright
        ? { x, y: y + along, width: thickness, height: length }
        : { x: x + along, y, width: length, height: thickness },
    );
    along += length;
  }
  return isUpright
    ? { x: x + thickness, y, width: width - thickness, height }
    : { x, y: y + thickness, width, height: height - thickness };
}
