import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { Builds } from '../engine/builds/service.ts';
import type { Registries } from '../engine/registry/registries.ts';
import { isServed } from '../util/served.ts';

/** What the language client is made of. */
export interface LanguageParts {
  readonly current: CurrentEngine;
  readonly registries: Registries;
  readonly builds: Builds;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Starts the language client when the first Dockerfile or compose file is open: most windows never open one, and it weighs
 * more than all the rest.
 * @param report told when it could not be loaded
 */
export function serveLanguages(
  context: vscode.ExtensionContext,
  { current, registries, builds, log }: LanguageParts,
  report: (error: unknown) => void,
): vscode.Disposable {
  const serve = async () => {
    const [{ createLanguageAnswers }, { startLanguageClient }] = await Promise.all([
      import('../lsp/answers.ts'),
      import('../lsp/client.ts'),
    ]);
    const answers = createLanguageAnswers(current, registries, builds);
    const options = { ...answers, serverPath: 'dist/server.cjs', log };
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
