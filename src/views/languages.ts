import * as vscode from 'vscode';
import type { LanguageClientOptions } from '../lsp/client.ts';
import { isServed } from '../util/served.ts';

/**
 * Starts the language client when the first Dockerfile or compose file is open: most windows never open one, and it is
 * in a bundle of its own, for it weighs more than all the rest.
 * @param report told when it could not be loaded
 */
export function serveLanguages(
  context: vscode.ExtensionContext,
  options: LanguageClientOptions,
  report: (error: unknown) => void,
): vscode.Disposable {
  const serve = async () => {
    const { startLanguageClient } = await import('../lsp/client.ts');
    context.subscriptions.push(startLanguageClient(context, options));
  };
  return onFirstDockerfile(() => void serve().catch(report));
}

/** Calls `serve` once, when the first file that is served is open. */
function onFirstDockerfile(serve: () => void): vscode.Disposable {
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
