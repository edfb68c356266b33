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
