import * as vscode from 'vscode';

const isDockerfile = ({ languageId }: vscode.TextDocument) => languageId === 'dockerfile';

/** Calls `serve` once, when the first Dockerfile is open: most windows never open one. */
export function onFirstDockerfile(serve: () => void): vscode.Disposable {
  if (vscode.workspace.textDocuments.some(isDockerfile)) {
    // Once activation is over, which loading the client would otherwise be part of.
    setImmediate(serve);
    return new vscode.Disposable(() => {});
  }
  const waiting = vscode.workspace.onDidOpenTextDocument((document) => {
    if (!isDockerfile(document)) return;
    waiting.dispose();
    serve();
  });
  return waiting;
}
