/** Steps after which a match is given up, so that no pattern takes more than a few milliseconds. */
const MOST_STEPS = 1_000_000;

interface Token {
  readonly kind: 'any' | 'many' | 'char';
  readonly char: string;
}

/** What `${name#pattern}` and its like take: `*`, `?` and plain characters. */
export type ShellPattern = readonly Token[];

/**
 * Reads a pattern of `#`, `##`, `%`, `%%`, `/` or `//` as BuildKit's shell lexer does: no brackets, and a backslash
 * may stand only before `*`, `?`, `\`, `}` and `/`. Answers the offending escape as text when there is another.
 */
export function readPattern(text: string): ShellPattern | string {
  const tokens: Token[] = [];
  const chars = Array.from(text);
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === '*') tokens.push({ kind: 'many', char });
    else if (char === '?') tokens.push({ kind: 'any', char });
    else if (char !== '\\') tokens.push({ kind: 'char', char });
    else if (chars[i + 1] === '}' || chars[i + 1] === '/') continue;
    else {
      const next = chars[++i];
      if (next !== '*' && next !== '?' && next !== '\\') return `\\${next ?? ''}`;
      tokens.push({ kind: 'char', char: next });
    }
  }
  return tokens;
}

/**
 * Turns a pattern of `%` or `%%` about, as BuildKit does before it reads it: a backslash stays before what it escapes, and
 * one at the end comes to stand before what is read first then.
 */
export function turned(text: string): string {
  const parts = text.match(/\\[^]|[^]/gu) ?? [];
  return parts.toReversed().join('');
}

interface Budget {
  left: number;
}

/** Where the longest (`greedy`) or shortest match that begins at `start` ends, or -1. */
function matchAt(
  pattern: ShellPattern,
  chars: readonly string[],
  start: number,
  greedy: boolean,
  budget: Budget,
): number {
  // Each pattern position that some way of matching has reached after the characters so far.
  let states = new Set([0]);
  let end = -1;
  for (let i = start; ; i++) {
    for (const state of states) if (pattern[state]?.kind === 'many') states.add(state + 1);
    budget.left -= states.size + 1;
    if (states.has(pattern.length)) {
      end = i;
      if (!greedy) return end;
    }
    const char = chars[i];
    if (char === undefined || states.size === 0 || budget.left < 0) return end;
    const next = new Set<number>();
    for (const state of states) {
      const token = pattern[state];
      if (!token) continue;
      if (token.kind === 'many' && char !== '\n') next.add(state);
      else if (token.kind === 'any' ? char !== '\n' : token.kind === 'char' && token.char === char)
        next.add(state + 1);
    }
    states = next;
  }
}

/** `value` without its longest or shortest beginning that the pattern matches. */
export function withoutPrefix(pattern: ShellPattern, value: string, greedy: boolean): string {
  const chars = Array.from(value);
  const end = matchAt(pattern, chars, 0, greedy, { left: MOST_STEPS });
  return end < 0 ? value : chars.slice(end).join('');
}

/** `value` without its longest or shortest ending that the pattern matches, which is read of a text that is {@link turned}. */
export function withoutSuffix(pattern: ShellPattern, value: string, greedy: boolean): string {
  const chars = Array.from(value).toReversed();
  const end = matchAt(pattern, chars, 0, greedy, { left: MOST_STEPS });
  return end < 0 ? value : chars.slice(end).toReversed().join('');
}

/** What a `$` in a replacement may begin: `$$`, or the name or number of a group, in braces or not. */
const GROUP = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/**
 * A replacement for one match of all: Go's regular expressions put groups in where it names them, of which there is none
 * but the whole match, 0.
 */
function withMatch(replacement: string, match: string): string {
  return replacement.replaceAll(GROUP, (text, name?: string, braced?: string) => {
    if (text === '$$') return '$';
    return (name ?? braced) === '0' ? match : '';
  });
}

/** `value` with the first match (or all) replaced, each as long as can be. */
export function replaceMatches(
  pattern: ShellPattern,
  value: string,
  replacement: string,
  all: boolean,
): string {
  const chars = Array.from(value);
  const budget = { left: MOST_STEPS };
  let result = '';
  let copied = 0;
  let lastEnd = -1;
  for (let at = 0; at <= chars.length && budget.left > 0;) {
    const end = matchAt(pattern, chars, at, true, budget);
    // An empty match right behind another isn't one.
    if (end < 0 || (end === at && at === lastEnd)) {
      at++;
      continue;
    }
    const match = chars.slice(at, end).join('');
    result +=
      chars.slice(copied, at).join('') + (all ? withMatch(replacement, match) : replacement);
    copied = end;
    lastEnd = end;
    at = end === at ? at + 1 : end;
    if (!all) break;
  }
  return result + chars.slice(copied).join('');
}
