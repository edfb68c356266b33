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

/** Characters that are compared at once. */
const BLOCK = 1024;

/** How many UTF-16 units two texts begin with alike. */
export function samePrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= most && a.startsWith(b.slice(at, at + BLOCK), at)) at += BLOCK;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}
