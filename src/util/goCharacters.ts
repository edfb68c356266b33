/*
 * Characters as Go's regular expressions have them (pkg.go.dev/regexp/syntax), in an expression that is taken apart into its
 * characters.
 */

/** Whether a character is one of those that are meant. */
export type Test = (mark: string) => boolean;

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\u0007',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  D: /^[^0-9]$/s,
  s: /^[\t\n\f\r ]$/,
  S: /^[^\t\n\f\r ]$/s,
  w: /^[0-9A-Za-z_]$/,
  W: /^[^0-9A-Za-z_]$/s,
};

/** What an escaped character stands for: itself unless it is a letter or digit, of which Go knows some. */
export function escaped(mark: string | undefined): Test | undefined {
  if (mark === undefined) return undefined;
  const pattern = CLASSES[mark];
  if (pattern) return (other) => pattern.test(other);
  const text = escapedMark(mark);
  return text === undefined ? undefined : (other) => other === text;
}

/** The one character that an escaped one stands for; undefined where it is none. */
export function escapedMark(mark: string): string | undefined {
  return CONTROLS[mark] ?? (/^[^0-9A-Za-z\u0080-\u{10ffff}]$/u.test(mark) ? mark : undefined);
}

const POSIX: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[\t ]$/,
  digit: /^[0-9]$/,
  lower: /^[a-z]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t-\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** Reads a class from behind its bracket. Undefined for one that Go refuses. */
export function classOf(
  source: readonly string[],
  from: number,
): { readonly test: Test; readonly at: number } | undefined {
  let at = from;
  const negated = source[at] === '^';
  if (negated) at++;
  const tests: Test[] = [];
  for (let first = true; first || source[at] !== ']'; first = false) {
    if (at >= source.length) return undefined;
    if (source[at] === '[' && source[at + 1] === ':') {
      const end = source.indexOf(':', at + 2);
      if (end > 0 && source[end + 1] === ']') {
        const posix = POSIX[source.slice(at + 2, end).join('')];
        if (!posix) return undefined;
        tests.push((mark) => posix.test(mark));
        at = end + 2;
        continue;
      }
    }
    const shorthand = source[at] === '\\' ? CLASSES[source[at + 1] ?? ''] : undefined;
    if (shorthand) {
      tests.push((mark) => shorthand.test(mark));
      at += 2;
      continue;
    }
    const low = memberOf(source, at);
    let high = low;
    at = low?.at ?? at;
    if (source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length) {
      high = memberOf(source, at + 1);
      at = high?.at ?? at;
    }
    if (!low || !high || high.code < low.code) return undefined;
    const range = [low.code, high.code] as const;
    tests.push((mark) => {
      const code = mark.codePointAt(0) ?? 0;
      return range[0] <= code && code <= range[1];
    });
  }
  return { test: (mark) => tests.some((test) => test(mark)) !== negated, at: at + 1 };
}

function memberOf(
  source: readonly string[],
  at: number,
): { readonly code: number; readonly at: number } | undefined {
  const mark = source[at];
  if (mark === undefined) return undefined;
  if (mark !== '\\') return { code: mark.codePointAt(0) ?? 0, at: at + 1 };
  const text = escapedMark(source[at + 1] ?? '');
  return text === undefined ? undefined : { code: text.codePointAt(0) ?? 0, at: at + 2 };
}
