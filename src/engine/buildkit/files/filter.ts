import { trimSpace } from '../../../util/dockerignore.ts';
import { cleanPath, compileGlob } from '../../../util/goPath.ts';
import { compilePattern } from '../../../util/ignorePattern.ts';
import type { Matcher } from '../../../util/ignorePattern.ts';
import { EngineError } from '../../errors.ts';

/** Which files of a folder the engine wants, as it says so in the metadata of DiffCopy. */
export interface Filter {
  /** Nothing else is sent; none: everything is. */
  readonly include: readonly string[];
  /** Not sent, where `!…` takes back. */
  readonly exclude: readonly string[];
  /** Paths that become patterns of `include`, with what the links in them lead to. */
  readonly follow: readonly string[];
}

/** What each pattern of a list says of a directory: 1 where it matches it, or a directory above it. */
export type Matched = Uint8Array;

/** A list of patterns that is asked path by path from the top, as moby's patternmatcher is by fsutil's walker. */
export interface Patterns {
  readonly count: number;
  /**
   * Whether the list matches a path (with `/` between its parts). `parent` is what it said of the directory that the path
   * lies in, none at the top; what each pattern says is written to `said`. Throws EngineError for a pattern that Go's
   * regular expressions refuse.
   */
  matches(path: string, parent: Matched | undefined, said: Matched): boolean;
  /** Whether something in a directory can match that the directory doesn't make match: by a pattern, or an exception. */
  mayMatchIn(directory: string): boolean;
  mayExceptIn(directory: string): boolean;
}

interface Pattern {
  readonly exception: boolean;
  readonly text: string;
  readonly matcher: Matcher | undefined;
}

/**
 * Makes a list of patterns as `patternmatcher.New` does: trimmed, cleaned, `!` for exceptions, slashes at the start kept.
 * Throws EngineError for what is no pattern; `what` names the list.
 */
export function compilePatterns(
  patterns: readonly string[],
  what: string,
  windows: boolean,
): Patterns {
  const list: Pattern[] = [];
  for (const written of patterns) {
    const trimmed = trimSpace(written);
    if (trimmed === '') continue;
    const cleaned = cleanPath(windows ? trimmed.replaceAll('\\', '/') : trimmed);
    const exception = cleaned.startsWith('!');
    const text = exception ? cleaned.slice(1) : cleaned;
    if (text === '' || !compileGlob(windows ? text.replaceAll('\\', '\\\\') : text))
      throw invalid(what, written);
    list.push({ exception, text, matcher: compilePattern(text, !windows) });
  }
  const chosen = list.filter(({ exception }) => !exception);
  const exceptions = list.filter(({ exception }) => exception);
  const mayMatch = (some: readonly Pattern[]) => (directory: string) =>
    some.some(({ matcher }) => matcher?.mayMatchIn(directory) ?? true);
  return {
    count: list.length,
    matches: (path, parent, said) => {
      let matched = false;
      for (let index = 0; index < list.length; index++) {
        const { exception, text, matcher } = list[index] as Pattern;
        let match = parent?.[index] === 1;
        // A pattern that would change nothing isn't asked, and so says nothing of what lies below either.
        if (!match && exception === matched) {
          if (!matcher) throw invalid(what, text);
          match = matcher.matchesWhole(path);
        }
        said[index] = match ? 1 : 0;
        if (match) matched = !exception;
      }
      return matched;
    },
    mayMatchIn: mayMatch(chosen),
    mayExceptIn: mayMatch(exceptions),
  };
}

function invalid(what: string, pattern: string): EngineError {
  return new EngineError('bad-request', `The ${what} “${pattern}” is not a pattern.`);
}
