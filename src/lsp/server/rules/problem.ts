import type { Span } from '../parser/tree.ts';

/** What a problem is about; the groups but `syntax`, which stops a build, can be turned down in the settings. */
export type Group = 'syntax' | 'suspicious' | 'style' | 'deprecated';

export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

export interface Problem {
  /** The name that build checks know it by where there is one (docs.docker.com/reference/build-checks), else ours. */
  readonly code: string;
  readonly group: Group;
  readonly span: Span;
  readonly message: string;
  readonly fixes?: readonly Fix[];
  readonly tag?: 'unnecessary' | 'deprecated';
}

/** A fix that replaces one span. */
export function replace(title: string, span: Span, text: string): Fix {
  return { title, edits: [{ span, text }] };
}

/** The candidate nearest to `word`, if at most a third of its letters differ. Both are short words. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const allowed = Math.max(1, Math.floor(word.length / 3));
  const close = candidates.filter(
    (candidate) => Math.abs(candidate.length - word.length) <= allowed,
  );
  const scored = close.map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= allowed ? best.candidate : undefined;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(i - 2, j - 2) + 1);
      rows[i]?.push(cost);
    }
  }
  return at(a.length, b.length);
}
