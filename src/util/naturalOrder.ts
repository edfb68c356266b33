const byNumbers = () => new Intl.Collator('en', { numeric: true });
let collator: ReturnType<typeof byNumbers> | undefined;

/**
 * Orders names as people do: `web-9` before `web-10`, upper and lower case side by side.
 * What does it costs milliseconds to make, so it is made with the first comparison and for all of them.
 */
export const naturalOrder = (a: string, b: string): number =>
  (collator ??= byNumbers()).compare(a, b);

/** Orders paths with `/`: those with fewer folders first, and those with as many as `naturalOrder` does. */
export function outerFirst(a: string, b: string): number {
  const depth = (path: string) => path.split('/').length;
  return depth(a) - depth(b) || naturalOrder(a, b);
}
