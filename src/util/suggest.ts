/** A name longer than this gets no suggestion. */
const LONGEST = 200;
/** BuildKit suggests what is nearer than this. */
const TOO_FAR = 3;

/**
 * The option that differs from `name` in one or two characters, as BuildKit suggests it (util/suggest); the first of the nearest.
 * @param tooFar how many characters are too many to differ in
 */
export function suggest(
  name: string,
  options: Iterable<string>,
  tooFar = TOO_FAR,
): string | undefined {
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = tooFar;
  for (const option of options) {
    if (Math.abs(option.length - name.length) >= least) continue;
    const distance = levenshtein(name, option);
    if (distance === 0) return undefined;
    if (distance >= least) continue;
    best = option;
    least = distance;
  }
  return best;
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed));
    }
  }
  return row[b.length] ?? 0;
}
