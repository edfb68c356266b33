import type { Diagnostic, Range } from 'vscode-languageserver/node';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parseDockerignore } from '../../../../util/dockerignore.ts';
import type { IgnoreFile, IgnorePattern } from '../../../../util/dockerignore.ts';
import { cleanPath } from '../../../../util/goPath.ts';
import { SOURCE } from '../diagnostics.ts';
import type { Effect, Listing } from './survey.ts';
import { effectsOf } from './survey.ts';

/** What the codes of diagnostics are; quick fixes go by them. */
type IgnoreCode =
  | 'malformed'
  | 'matches-nothing'
  | 'root-only'
  | 'not-a-comment'
  | 'overridden'
  | 'redundant'
  | 'dockerfile-ignored';

/** What is found in an ignore file, before it is shown. */
export interface IgnoreProblem {
  readonly code: IgnoreCode;
  readonly pattern: IgnorePattern;
  readonly message: string;
}

/** Names that are rubbish wherever they are, so that a pattern for the root alone is a slip. */
const ANYWHERE =
  /^(?:node_modules|\.git|\.svn|\.hg|__pycache__|\.venv|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.DS_Store|Thumbs\.db|\*\.(?:log|pyc|pyo|swp|tmp|bak|class|o)|\*~|\.env|\.idea|\.vscode|\.next|\.nuxt|\.turbo|\.gradle|\.terraform)$/;

/**
 * What is wrong with an ignore file: patterns that the builder refuses, that match nothing, that a later one takes
 * back or an earlier one has said already, that look like comments. What hangs on the files is left out where the
 * listing is not complete. @throws the signal's reason
 */
export async function ignoreProblems(
  text: string,
  listing: Listing | undefined,
  dockerfile: string | undefined,
  signal?: AbortSignal,
): Promise<IgnoreProblem[]> {
  const ignore = parseDockerignore(text);
  const found = ignore.patterns.flatMap((pattern) => [
    ...malformed(pattern),
    ...looksLikeComment(pattern),
  ]);
  const told = new Set(found.map(({ pattern }) => pattern));
  if (listing) {
    const effects = await effectsOf(ignore, listing, signal);
    for (const effect of effects) {
      if (told.has(effect.pattern)) continue;
      const problem = ineffective(effect, listing) ?? rootOnly(effect, ignore, listing);
      if (problem) found.push(problem);
    }
  }
  if (dockerfile !== undefined) {
    const { ignored, by } = ignore.decide(dockerfile);
    if (ignored && by) found.push(dockerfileIgnored(by, dockerfile));
  }
  return found.sort((a, b) => a.pattern.start - b.pattern.start);
}

function malformed(pattern: IgnorePattern): IgnoreProblem[] {
  return pattern.problem === undefined
    ? []
    : [
        {
          code: 'malformed',
          pattern,
          message: `This pattern is malformed, and every build fails by it: ${pattern.problem}.`,
        },
      ];
}

function looksLikeComment(pattern: IgnorePattern): IgnoreProblem[] {
  const { text } = pattern;
  if (text.startsWith('#'))
    return [
      {
        code: 'not-a-comment',
        pattern,
        message: 'Only a # in the first column begins a comment: this is a pattern.',
      },
    ];
  return /\S\s+#\s/.test(text)
    ? [
        {
          code: 'not-a-comment',
          pattern,
          message: 'A comment takes a line of its own: here it is part of the pattern.',
        },
      ]
    : [];
}

function ineffective(effect: Effect, { complete }: Listing): IgnoreProblem | undefined {
  const { pattern, matched, decided, changed, overriddenBy } = effect;
  // Of files that were not looked at nothing can be said.
  if (decided > 0 || !complete) return undefined;
  if (changed > 0) {
    const by = overriddenBy ? `"${overriddenBy.text}" on line ${overriddenBy.line + 1}` : 'another';
    const what = pattern.exception ? 'leaves out again' : 'takes back';
    const message = `This has no effect: ${by} ${what} all that it ${pattern.exception ? 'takes back' : 'leaves out'}. The last pattern that matches decides.`;
    return { code: 'overridden', pattern, message };
  }
  if (matched > 0) {
    const without = pattern.exception ? 'takes nothing back' : 'adds nothing';
    return { code: 'redundant', pattern, message: `This ${without}: ${whyRedundant(effect)}.` };
  }
  return undefined;
}

function whyRedundant({ pattern, passedOver, saidBy }: Effect): string {
  const { pattern: path, exception } = pattern;
  if (passedOver) {
    const state = exception ? 'is not left out itself' : 'is left out already';
    return `"${path}" ${state}, so the builder does not ask this pattern about what is in it. "${exception ? '!' : ''}${path}/**" counts there`;
  }
  return exception
    ? 'no pattern above it leaves out what it matches'
    : `${saidBy ? `"${saidBy.text}" on line ${saidBy.line + 1}` : 'a pattern above'} leaves all of it out already`;
}

function rootOnly(
  { pattern, matched }: Effect,
  ignore: IgnoreFile,
  { files, complete }: Listing,
): IgnoreProblem | undefined {
  const bare = !pattern.pattern.includes('/') && !pattern.pattern.startsWith('**');
  if (bare && !pattern.exception && (matched === 0 || ANYWHERE.test(pattern.pattern))) {
    const [deep] = parseDockerignore(`**/${pattern.pattern}`).patterns;
    const sent = files.find(({ path }) => deep?.matches(path) && !ignore.decide(path).ignored);
    if (sent)
      return {
        code: 'root-only',
        pattern,
        message: `Unlike in .gitignore this matches in the context's root only: "${sent.path}" is sent. "**/${pattern.pattern}" matches everywhere.`,
      };
  }
  return matched === 0 && complete
    ? {
        code: 'matches-nothing',
        pattern,
        message: 'Nothing in the build context matches this pattern.',
      }
    : undefined;
}

function dockerfileIgnored(pattern: IgnorePattern, dockerfile: string): IgnoreProblem {
  return {
    code: 'dockerfile-ignored',
    pattern,
    message: `This leaves out ${dockerfile}. Builds work all the same, for the builder is given it in any case; COPY can't take it.`,
  };
}

const SEVERITY: Readonly<Record<IgnoreCode, DiagnosticSeverity>> = {
  malformed: DiagnosticSeverity.Error,
  'matches-nothing': DiagnosticSeverity.Hint,
  'root-only': DiagnosticSeverity.Information,
  'not-a-comment': DiagnosticSeverity.Warning,
  overridden: DiagnosticSeverity.Warning,
  redundant: DiagnosticSeverity.Hint,
  'dockerfile-ignored': DiagnosticSeverity.Hint,
};

/** A problem as the editor shows it. */
export function toDiagnostic(
  document: TextDocument,
  { code, pattern, message }: IgnoreProblem,
): Diagnostic {
  const faded = code === 'matches-nothing' || code === 'redundant';
  return {
    range: rangeOf(document, pattern),
    severity: SEVERITY[code],
    code: `dockerignore/${code}`,
    source: SOURCE,
    message,
    ...(faded ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

/** Where a pattern stands. */
export function rangeOf(document: TextDocument, { start, end }: IgnorePattern): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** The name of the Dockerfile that an ignore file is for, by its own; undefined for one of a whole folder. */
export function dockerfileOf(name: string): string | undefined {
  return /^(.+)\.(?:docker|container)ignore$/.exec(cleanPath(name))?.[1];
}
