import type { CodeAction, Diagnostic, Range } from 'vscode-languageserver/node';
import { CodeActionKind, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import type { Extent, Parsed } from '../documents.ts';
import type { Tree } from '../parser/tree.ts';
import { flagProblems } from '../rules/flags.ts';
import { libraryProblems } from '../rules/library.ts';
import { maintainerProblems } from '../rules/maintainer.ts';
import type { Problem } from '../rules/problem.ts';
import { structureProblems } from '../rules/structure.ts';
import type { Level, Settings } from '../settings.ts';

/** More than this many squiggles help nobody. */
const MOST = 500;
const SOURCE = 'stevedore';

const SEVERITY: Readonly<Record<Exclude<Level, 'off'>, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const NOTICES: Readonly<Record<Exclude<Extent, 'normal'>, string>> = {
  long: 'This file is so long that some checks are left out.',
  'too-large': 'This file is larger than 1 MB: Dockerfile features are off for it.',
  binary:
    'This file holds NUL characters, so it is no Dockerfile. Open it in another language or remove them.',
};

/** What is wrong with a document, in order of its lines. `onError` is told when a check fails; the others still count. */
export function problemsOf(parsed: Parsed, onError: (error: unknown) => void): Problem[] {
  const { tree, extent } = parsed;
  if (extent === 'binary' || extent === 'too-large') return [];
  const checks = [
    structureProblems,
    flagProblems,
    maintainerProblems,
    ...(extent === 'normal' ? [libraryProblems] : []),
  ];
  const skipped = skippedChecks(tree);
  const problems = checks.flatMap((check) => {
    try {
      return check(tree);
    } catch (error) {
      // One check that fails must not take the others' findings with it.
      onError(error);
      return [];
    }
  });
  return problems
    .filter(
      ({ code, group }) =>
        group === 'syntax' || !(skipped.has('all') || skipped.has(code.toLowerCase())),
    )
    .sort((a, b) => a.span.start - b.span.start);
}

/** The checks that `# check=skip=…` names, in lower case. */
function skippedChecks({ directives }: Tree): Set<string> {
  const options = directives.find(({ name }) => name === 'check')?.value.split(';') ?? [];
  const skip = options.flatMap(
    (option) => /^\s*skip\s*=(.*)$/i.exec(option)?.[1]?.split(',') ?? [],
  );
  return new Set(skip.map((name) => name.trim().toLowerCase()));
}

function levelOf(problem: Problem, settings: Settings): Level {
  return problem.group === 'syntax' ? 'error' : settings.diagnostics[problem.group];
}

/** Problems as LSP says them, at the severities that the settings give. */
export function diagnosticsOf(
  parsed: Parsed,
  problems: readonly Problem[],
  settings: Settings,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (!settings.diagnostics.enabled) return found;
  if (parsed.extent !== 'normal') {
    const nul = Math.max(parsed.document.getText().indexOf('\0'), 0);
    const start = parsed.extent === 'binary' ? nul : 0;
    const range = parsed.range({
      start,
      end: Math.min(start + 1, parsed.document.getText().length),
    });
    found.push({
      range,
      message: NOTICES[parsed.extent],
      severity: DiagnosticSeverity.Information,
      source: SOURCE,
      code: 'Limited',
    });
  }
  for (const problem of problems) {
    const level = levelOf(problem, settings);
    if (level === 'off') continue;
    if (found.length >= MOST) break;
    found.push(toDiagnostic(parsed, problem, SEVERITY[level]));
  }
  return found;
}

function toDiagnostic(
  parsed: Parsed,
  { span, message, code, tag }: Problem,
  severity: DiagnosticSeverity,
): Diagnostic {
  const tags = tag
    ? { tags: [tag === 'deprecated' ? DiagnosticTag.Deprecated : DiagnosticTag.Unnecessary] }
    : {};
  return { range: parsed.range(span), message, severity, code, source: SOURCE, ...tags };
}

/** Quick fixes of the problems that touch a range, for the text as it is now. */
export function codeActions(
  parsed: Parsed,
  problems: readonly Problem[],
  range: Range,
  settings: Settings,
): CodeAction[] {
  const from = parsed.document.offsetAt(range.start);
  const to = parsed.document.offsetAt(range.end);
  return problems
    .filter(
      (problem) =>
        problem.span.start <= to &&
        from <= problem.span.end &&
        levelOf(problem, settings) !== 'off',
    )
    .flatMap((problem) =>
      (problem.fixes ?? []).map((fix): CodeAction => {
        const level = levelOf(problem, settings);
        const edits = fix.edits.map(({ span, text }) => ({
          range: parsed.range(span),
          newText: text,
        }));
        return {
          title: fix.title,
          kind: CodeActionKind.QuickFix,
          isPreferred: problem.fixes?.length === 1,
          diagnostics: level === 'off' ? [] : [toDiagnostic(parsed, problem, SEVERITY[level])],
          edit: { changes: { [parsed.document.uri]: edits } },
        };
      }),
    );
}
