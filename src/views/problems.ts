import * as vscode from 'vscode';
import { moved } from '../engine/builds/problems.ts';
import type { OtherFinding, Problem } from '../engine/builds/problems.ts';

/** A problem where it stands after an edit; none when the edit is on its lines. */
export function movedBy(
  problem: Problem,
  { range, text }: vscode.TextDocumentContentChangeEvent,
): Problem[] {
  const added = text.split('\n').length - 1 - (range.end.line - range.start.line);
  const lines = moved(problem.lines, {
    from: range.start.line + 1,
    to: range.end.line + 1,
    added,
  });
  return lines ? [{ ...problem, lines }] : [];
}

/** What others than `own` say of a file. */
export const othersAt = (uri: vscode.Uri, own: string): OtherFinding[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source !== own)
    .map(({ range, code, message }) => ({
      lines: [range.start.line + 1, range.end.line + 1],
      text: `${typeof code === 'object' ? code.value : (code ?? '')} ${message}`,
    }));

/** A problem as VS Code shows it. */
export function toDiagnostic(
  { severity, message, lines, code, url }: Problem,
  source: string,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(lines[0] - 1, 0, lines[1] - 1, Number.MAX_SAFE_INTEGER),
    message,
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = source;
  if (code !== undefined)
    diagnostic.code =
      url?.startsWith('https://') === true ? { value: code, target: vscode.Uri.parse(url) } : code;
  return diagnostic;
}
