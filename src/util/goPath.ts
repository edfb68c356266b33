/** Paths and patterns as Go's `path/filepath` has them, which is what the engine, BuildKit and `.dockerignore` mean. */

/** The shortest path that means the same: no `.`, no `..` that has something before it, no doubled or last slash. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push(part);
  }
  return `${rooted ? '/' : ''}${kept.join('/')}` || '.';
}

/** Whether a path holds a character that makes it a pattern, one behind a backslash aside. */
export function hasWildcards(path: string): boolean {
  for (let index = 0; index < path.length; index++) {
    const mark = path[index];
    if (mark === '\\') index++;
    else if (mark === '*' || mark === '?' || mark === '[') return true;
  }
  return false;
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'many' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly Range[] };
type Range = readonly [from: string, to: string];

/**
 * Makes a function of a pattern of `filepath.Match`: `*` and `?` match no slash, `[…]` is a class, a backslash takes
 * away what the next character means. Undefined when the pattern is malformed. Each call takes time in proportion to
 * the name times the pattern at worst.
 */
export function compileGlob(pattern: string): ((name: string) => boolean) | undefined {
  const parts = partsOf(pattern);
  return parts && ((name) => matches(parts, Array.from(name)));
}

function partsOf(pattern: string): Part[] | undefined {
  const marks = Array.from(pattern);
  const parts: Part[] = [];
  let at = 0;
  /** One end of a range; undefined when there can't be one. */
  const next = (): string | undefined => {
    let mark = marks[at++];
    if (mark === '-' || mark === ']') return undefined;
    if (mark === '\\') mark = marks[at++];
    // Something has to follow: the class must close.
    return at < marks.length ? mark : undefined;
  };
  const ranges = (): Range[] | undefined => {
    const found: Range[] = [];
    while (marks[at] !== ']' || found.length === 0) {
      const from = next();
      if (from === undefined) return undefined;
      let to: string | undefined = from;
      if (marks[at] === '-') {
        at++;
        to = next();
      }
      if (to === undefined) return undefined;
      found.push([from, to]);
    }
    at++;
    return found;
  };
  while (at < marks.length) {
    const mark = marks[at++] as string;
    if (mark === '*') parts.push({ kind: 'many' });
    else if (mark === '?') parts.push({ kind: 'any' });
    else if (mark === '[') {
      const negated = marks[at] === '^';
      if (negated) at++;
      const found = ranges();
      if (!found) return undefined;
      parts.push({ kind: 'class', negated, ranges: found });
    } else if (mark === '\\') {
      const text = marks[at++];
      if (text === undefined) return undefined;
      parts.push({ kind: 'text', text });
    } else parts.push({ kind: 'text', text: mark });
  }
  return parts;
}

function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  // Where the last `*` stands and what it has taken: going back to it alone is enough.
  let star = -1;
  let taken = 0;
  while (at < name.length || part < parts.length) {
    const current = parts[part];
    const mark = name[at];
    if (current?.kind === 'many') {
      star = part++;
      taken = at;
    } else if (current && mark !== undefined && fits(current, mark)) {
      part++;
      at++;
    } else if (star >= 0 && taken < name.length && name[taken] !== '/') {
      part = star + 1;
      at = ++taken;
    } else return false;
  }
  return true;
}

function fits(part: Part, mark: string): boolean {
  if (part.kind === 'text') return part.text === mark;
  if (part.kind === 'any') return mark !== '/';
  if (part.kind === 'many') return false;
  return inRanges(part.ranges, mark) !== part.negated;
}

function inRanges(ranges: readonly Range[], mark: string): boolean {
  const code = mark.codePointAt(0) ?? 0;
  return ranges.some(
    ([from, to]) => (from.codePointAt(0) ?? 0) <= code && code <= (to.codePointAt(0) ?? 0),
  );
}
