import type { CodeAction, Range, TextEdit } from 'vscode-languageserver/node';
import { CodeActionKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { IgnorePattern } from '../../../../util/dockerignore.ts';
import type { IgnoreProblem } from './diagnostics.ts';
import { toDiagnostic } from './diagnostics.ts';

/** What can be done about the problems that a range touches. */
export function ignoreActions(
  document: TextDocument,
  problems: readonly IgnoreProblem[],
  range: Range,
): CodeAction[] {
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  const action = (problem: IgnoreProblem, title: string, edits: TextEdit[]): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(document, problem)],
    edit: { changes: { [document.uri]: edits } },
  });
  const useless = problems.filter(
    ({ code }) => code === 'matches-nothing' || code === 'redundant' || code === 'overridden',
  );
  const touched = problems.filter(({ pattern }) => pattern.start <= to && from <= pattern.end);
  return touched.flatMap((problem) => {
    const { code, pattern } = problem;
    switch (code) {
      case 'matches-nothing':
      case 'redundant':
      case 'overridden':
        return [
          action(problem, 'Remove this pattern', [removal(document, pattern)]),
          ...(useless.length > 1
            ? [
                action(
                  problem,
                  'Remove all patterns without effect',
                  useless.map((one) => removal(document, one.pattern)),
                ),
              ]
            : []),
        ];
      case 'root-only': {
        const at = document.positionAt(pattern.start);
        const lead = /^(?:\.?\/)*/.exec(pattern.text)?.[0].length ?? 0;
        const range = { start: at, end: document.positionAt(pattern.start + lead) };
        return [action(problem, 'Match in every folder', [{ range, newText: '**/' }])];
      }
      case 'not-a-comment':
        return [action(problem, 'Make it a comment', [commented(document, pattern)])];
      case 'malformed':
        return [action(problem, 'Remove this pattern', [removal(document, pattern)])];
      case 'dockerfile-ignored':
        return [];
    }
  });
}

/** Takes a pattern's line away. */
function removal(document: TextDocument, { line }: IgnorePattern): TextEdit {
  const last = line + 1 >= document.lineCount;
  const end = last
    ? document.positionAt(document.getText().length)
    : { line: line + 1, character: 0 };
  return { range: { start: { line, character: 0 }, end }, newText: '' };
}

/** Moves what was meant as a comment to the first column, behind a pattern to a line above it. */
function commented(document: TextDocument, { line, start, end, text }: IgnorePattern): TextEdit {
  const range = { start: { line, character: 0 }, end: document.positionAt(end) };
  if (text.startsWith('#'))
    return { range: { ...range, end: document.positionAt(start) }, newText: '' };
  const at = /\s+#\s/.exec(text)?.index ?? text.length;
  const feed = /\r?\n/.exec(document.getText())?.[0] ?? '\n';
  return { range, newText: `${text.slice(at).trim()}${feed}${text.slice(0, at)}` };
}
