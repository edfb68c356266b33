import * as vscode from 'vscode';
import { isServed } from '../util/served.ts';

/** Calls `serve` once, when the first Dockerfile or compose file is open: most windows never open one. */
export function onFirstDockerfile(serve: () => void): vscode.Disposable {
  if (vscode.workspace.textDocuments.some(isServed)) {
    // Once activation is over, which loading the client would otherwise be part of.
    setImmediate(serve);
    return new vscode.Disposable(() => {});
  }
  const waiting = vscode.workspace.onDidOpenTextDocument((document) => {
    if (!isServed(document)) return;
    waiting.dispose();
    serve();
  });
  return waiting;
}
