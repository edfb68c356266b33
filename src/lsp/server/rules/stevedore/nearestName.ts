/** Names longer than this aren't compared: it takes the product of their lengths. */
const LONGEST = 100;

/**
 * The one of `names` that `name` is a slip of: one or two letters added, lost, swapped or changed, and at most a third
 * of it; one that differs in case only goes first. Undefined when there is none.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const lower = name.toLowerCase();
  const most = Math.min(2, Math.floor(name.length / 3));
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const other of names) {
    if (other === name || Math.abs(other.length - name.length) > 2) continue;
    const far = other.toLowerCase() === lower ? 0.5 : distance(lower, other.toLowerCase());
    if (far <= Math.max(most, 0.5) && far < (best?.far ?? Number.POSITIVE_INFINITY))
      best = { name: other, far };
  }
  return best?.name;
}

/** How many letters have to be added, dropped, changed or swapped with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + same,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        best = Math.min(best, (before[column - 2] ?? 0) + 1);
      current.push(best);
    }
    before = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
