import * as vscode from 'vscode';
import type { Problem } from '../engine/builds/problems.ts';
import { unsaid } from '../engine/builds/problems.ts';
import { movedBy, othersAt, toDiagnostic } from './problems.ts';

const SOURCE = 'Engine check';

export interface CheckDiagnostics extends vscode.Disposable {
  /**
   * Shows what a check on demand found in a file, in place of what the one before found there.
   * @returns how many of them nobody else has said
   */
  show(uri: vscode.Uri, problems: readonly Problem[]): number;
}

/**
 * Shows what the engine's own frontend finds in Dockerfiles, unless the language server says the same. A finding goes
 * when its lines are edited, and all of a file's when it is closed.
 */
export function createCheckDiagnostics(): CheckDiagnostics {
  const collection = vscode.languages.createDiagnosticCollection(SOURCE);
  const found = new Map<string, readonly Problem[]>();

  function show(uri: vscode.Uri, problems: readonly Problem[]): number {
    if (problems.length) found.set(uri.toString(), problems);
    else found.delete(uri.toString());
    const shown = unsaid(problems, othersAt(uri, SOURCE));
    collection.set(
      uri,
      shown.map((problem) => toDiagnostic(problem, SOURCE)),
    );
    return shown.length;
  }
  const subscriptions = vscode.Disposable.from(
    collection,
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const problems = found.get(document.uri.toString());
      if (!problems || !contentChanges.length) return;
      show(
        document.uri,
        contentChanges.reduce<readonly Problem[]>(
          (all, change) => all.flatMap((problem) => movedBy(problem, change)),
          problems,
        ),
      );
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => show(uri, [])),
  );
  return { show, dispose: () => subscriptions.dispose() };
}
