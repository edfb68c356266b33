/** How often a text is looked at, at the most. */
const MOST = 300;

/** A small text that still has what `has` looks for, made by leaving lines out and then characters. */
export async function shrink(
  text: string,
  has: (text: string) => Promise<boolean>,
): Promise<string> {
  let left = MOST;
  let result = text;
  for (const between of ['\n', '']) {
    let units = between === '' ? Array.from(result) : result.split(between);
    for (let size = units.length >> 1; size >= 1 && left > 0; size >>= 1)
      for (let at = 0; at < units.length && left > 0; left--) {
        const rest = [...units.slice(0, at), ...units.slice(at + size)];
        if (await has(rest.join(between))) units = rest;
        else at += size;
      }
    result = units.join(between);
  }
  return result;
}
