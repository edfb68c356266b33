/**
 * How many of the first `count` indexes, from 0 on, `holds` is true of. It must be false of every index behind one of
 * which it is false. Asks of as many as the logarithm of `count`.
 */
export function countWhile(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last of those that `holds` is true of, which must come before all others. Asks as `countWhile` does. */
export function lastWhile<T>(items: readonly T[], holds: (item: T) => boolean): T | undefined {
  return items[countWhile(items.length, (index) => holds(items[index] as T)) - 1];
}
