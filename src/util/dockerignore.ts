import { cleanPath, compileGlob } from './goPath.ts';
import { compilePattern } from './ignorePattern.ts';
import type { Matcher } from './ignorePattern.ts';

/** A line of a .dockerignore that holds a pattern. Offsets are in UTF-16 units. */
export interface IgnorePattern {
  /** From 0. */
  readonly line: number;
  /** The pattern in the text, outer white space left out. */
  readonly start: number;
  readonly end: number;
  /** As written, outer white space left out. */
  readonly text: string;
  /** As it is matched: cleaned, without `!` and the leading slash. */
  readonly pattern: string;
  /** `!…`: it takes back what patterns before it leave out. */
  readonly exception: boolean;
  /** Why the builder refuses it: the whole build fails. */
  readonly problem: string | undefined;
  /** Whether the pattern, by itself, matches a path or a directory that it lies in. */
  matches(path: string): boolean;
  /** Whether it matches the path itself. */
  matchesWhole(path: string): boolean;
  /** Whether it could match something in a directory. */
  mayMatchIn(directory: string): boolean;
}

/** Whether a path is left out, and the pattern that had the last word; none when no pattern is about it. */
export interface Decision {
  readonly ignored: boolean;
  readonly by: IgnorePattern | undefined;
  /** The patterns that left it out and took it back in turn. */
  readonly changes: readonly IgnorePattern[];
}

export interface IgnoreFile {
  readonly patterns: readonly IgnorePattern[];
  /** Some pattern is an exception. */
  readonly hasExceptions: boolean;
  /**
   * What BuildKit is sent: the patterns are asked about each directory from the top down, and hold for what is in it. A
   * pattern that would change nothing isn't asked, so that `!logs` takes nothing in `logs` back which isn't left out
   * itself. The path is relative to the context and has `/` between its parts.
   */
  decide(path: string): Decision;
  /**
   * What the patterns say of a path and the directories above it all at once, as moby's MatchesOrParentMatches does: for
   * the classic builder and BuildKit's checks. The two differ where there are exceptions.
   */
  decideByPath(path: string): Decision;
  /** Whether a directory that is left out has to be looked through all the same, for an exception may hold inside. */
  mayHoldExceptions(directory: string): boolean;
}

export interface IgnoreOptions {
  /** The backslash parts directories and can't escape, as on Windows. Default: as on this machine. */
  readonly windows?: boolean;
}

/** Go's reader of lines takes no longer ones, in bytes. */
const LONGEST = 64 * 1024;

/**
 * Reads a .dockerignore as moby's ignorefile and patternmatcher do: `#` in the first column starts a comment, a byte
 * order mark and outer white space don't count, paths are cleaned and relative to the context, the last pattern that
 * matches decides. Never throws; malformed patterns match nothing and have a `problem`.
 */
export function parseDockerignore(text: string, options: IgnoreOptions = {}): IgnoreFile {
  const windows = options.windows ?? process.platform === 'win32';
  const patterns: IgnorePattern[] = [];
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  for (let line = 0; from < text.length; line++) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    const pattern = readLine(text, { line, from, to }, windows);
    if (pattern) patterns.push(pattern);
    from = to + 1;
  }
  const exceptions = patterns.filter(({ exception }) => exception);
  const clean = (path: string) => cleanPath(windows ? path.replaceAll('\\', '/') : path);
  const fromTop = decideFromTop(patterns);
  return {
    patterns,
    hasExceptions: exceptions.length > 0,
    decide: (path) => fromTop(clean(path)),
    decideByPath: (path) => decideByPath(patterns, clean(path)),
    mayHoldExceptions: (directory) => exceptions.some((pattern) => pattern.mayMatchIn(directory)),
  };
}

function decideByPath(patterns: readonly IgnorePattern[], path: string): Decision {
  return decide(patterns, path, (pattern) => pattern.matches(path));
}

/** Nothing that can be opened has a longer path, in characters. */
const LONGEST_PATH = 4096;

/** Decides as moby's MatchesUsingParentResults does, and keeps what holds in a directory for the next path in it. */
function decideFromTop(patterns: readonly IgnorePattern[]): (path: string) => Decision {
  const known = new Map<string, ReadonlySet<IgnorePattern>>([['', new Set()]]);
  const holdingIn = (directory: string): ReadonlySet<IgnorePattern> => {
    const kept = known.get(directory);
    if (kept) return kept;
    const above = holdingIn(parentOf(directory));
    const { changes } = decideIn(directory, above);
    const holding = changes.length > 0 ? new Set([...above, ...changes]) : above;
    known.set(directory, holding);
    return holding;
  };
  const decideIn = (path: string, above: ReadonlySet<IgnorePattern>) =>
    decide(patterns, path, (pattern) => above.has(pattern) || pattern.matchesWhole(path));
  return (path) =>
    path.length > LONGEST_PATH
      ? decideByPath(patterns, path)
      : decideIn(path, holdingIn(parentOf(path)));
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function decide(
  patterns: readonly IgnorePattern[],
  path: string,
  holds: (pattern: IgnorePattern) => boolean,
): Decision {
  const changes: IgnorePattern[] = [];
  let ignored = false;
  // The context itself is never left out.
  for (const pattern of path === '.' ? [] : patterns) {
    // A pattern that would change nothing isn't asked.
    if (pattern.exception !== ignored || !holds(pattern)) continue;
    ignored = !ignored;
    changes.push(pattern);
  }
  return { ignored, by: changes.at(-1), changes };
}

interface Line {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

function readLine(text: string, { line, from, to }: Line, windows: boolean) {
  if (text[from] === '#') return undefined;
  let start = from;
  let end = to;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  if (start === end) return undefined;
  const written = text.slice(start, end);
  const marked = written.startsWith('!');
  const bare = trimSpace(written.slice(marked ? 1 : 0));
  const cleaned = bare && cleanPath(windows ? bare.replaceAll('\\', '/') : bare);
  const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  // Moby trims and cleans once more when outer slashes have gone, and looks for the mark that it has put before.
  const kept = trimSpace((marked ? '!' : '') + relative);
  if (kept === '') return undefined;
  const read = cleanPath(kept);
  const exception = read.startsWith('!');
  const pattern = exception ? read.slice(1) : read;
  const problem = problemOf(text, { line, from, to }, pattern, !windows);
  const matcher = problem === undefined ? compilePattern(pattern, !windows) : undefined;
  return {
    line,
    start,
    end,
    text: written,
    pattern,
    exception,
    problem: problem ?? (matcher ? undefined : whyNotCompiled(pattern)),
    ...(matcher ?? NOTHING),
  };
}

/** Of what Go's regular expressions refuse, most is a path as Windows has it. */
function whyNotCompiled(pattern: string): string {
  if (/\{\d+(?:,\d*)?\}/.test(pattern))
    return 'what stands before a number in braces cannot be repeated so often';
  return pattern.includes('[')
    ? 'the class of characters in it is not one'
    : 'the backslash does not part directories, which “/” does, and has no meaning before this letter';
}

/** What a malformed pattern matches. */
const NOTHING: Matcher = {
  matches: () => false,
  matchesWhole: () => false,
  mayMatchIn: () => false,
};

function problemOf(
  text: string,
  { from, to }: Line,
  pattern: string,
  escapes: boolean,
): string | undefined {
  if (pattern === '') return 'nothing follows the exclamation mark';
  if (to - from > LONGEST / 4 && Buffer.byteLength(text.slice(from, to)) >= LONGEST)
    return 'the line is longer than 64 kB';
  if (compileGlob(escapes ? pattern : pattern.replaceAll('\\', '\\\\'))) return undefined;
  return pattern.includes('[')
    ? 'the bracket does not open a class of characters that closes'
    : 'nothing follows the backslash';
}

/** A text without white space around it, as Go's strings.TrimSpace leaves it. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

/** White space as Go has it: unlike in JavaScript a byte order mark isn't, and U+0085 is. */
function isSpace(mark: string | undefined): boolean {
  return mark !== undefined && mark !== '\uFEFF' && (mark === '\u0085' || mark.trim() === '');
}
