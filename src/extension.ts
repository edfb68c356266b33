import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { createEngineChoice } from './commands/chosen.ts';
import { handlers } from './commands/handlers.ts';
import { registerCommands } from './commands/run.ts';
import { createAnswers, createSecrets } from './commands/secrets.ts';
import { openConnection } from './engine/connection.ts';
import { openCredentials } from './engine/credentials.ts';
import { createCurrentEngine } from './engine/current.ts';
import { parseRegistryAddress } from './engine/reference.ts';
import { createRegistries } from './engine/registry/registries.ts';
import { openRegistry } from './engine/registry/registry.ts';
import { createDocuments } from './views/documents.ts';
import { createEnginesView } from './views/engines.ts';
import { createEngineViews } from './views/engineViews.ts';
import { createRegistriesView } from './views/registries.ts';
import { createSettings } from './views/settings.ts';

/** Builds the parts and hands them to each other. Nothing here waits: no engine is asked for anything until a view or command wants it. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(vscode.window.createOutputChannel('Stevedore', { log: true }));
  const report = (error: unknown) =>
    log.error(error instanceof Error ? error.message : String(error));
  const settings = createSettings();

  const chosen = createEngineChoice(context.workspaceState, settings, () => current.restart());
  const current = own(
    createCurrentEngine(
      chosen.resolve,
      (endpoint) =>
        openConnection(endpoint, {
          connect: { ssh: { program: settings.get('engine.sshProgram') } },
          log: (line) => log.info(line),
        }),
      (line) => log.error(line),
    ),
  );
  own(settings.onDidChange((affects) => affects('engine') && current.restart()));

  const machine = { env: process.env, home: homedir(), platform: process.platform };
  const credentials = openCredentials({
    ...machine,
    secrets: createSecrets(context.secrets),
    onProblem: report,
  });
  const registries = own(
    createRegistries(
      context.globalState,
      credentials,
      (address, credential) =>
        openRegistry({
          ...machine,
          address,
          credentials: credential ? { getCredentials: async () => credential } : credentials,
          insecure: settings
            .get('registries.insecure')
            .includes(parseRegistryAddress(address).host),
        }),
      report,
    ),
  );

  own(settings.onDidChange((affects) => affects('registries') && registries.forget()));

  const documents = own(createDocuments());
  const engineViews = own(createEngineViews(current, settings, context.workspaceState, report));
  const registriesView = own(createRegistriesView(registries, report));
  const enginesView = own(createEnginesView(current, chosen.find, report));
  own(
    registerCommands(handlers, {
      current,
      chosen,
      registries,
      credentials,
      settings,
      log,
      answers: createAnswers(context.secrets),
      views: {
        rows: (view) =>
          view === 'registries'
            ? registriesView.rows()
            : view === 'engines'
              ? enginesView.rows()
              : engineViews.rows(view),
        selection: engineViews.selection,
        filter: engineViews.filter,
        setFilter: engineViews.setFilter,
        reload: (view) => (view === 'engines' ? enginesView : registriesView).reload(),
      },
      showDocument: documents.show,
    }),
  );

  // In a bundle of its own, for it weighs as much as all the rest, and most windows never open a Dockerfile.
  const serve = async () => {
    // Once activation is over, which loading it would otherwise be part of.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const { startLanguageClient } = await import('./lsp/client.ts');
    own(startLanguageClient(context, { serverPath: 'dist/server.cjs', log }));
  };
  const isDockerfile = ({ languageId }: vscode.TextDocument) => languageId === 'dockerfile';
  if (vscode.workspace.textDocuments.some(isDockerfile)) serve().catch(report);
  else {
    const waiting = own(
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (!isDockerfile(document)) return;
        waiting.dispose();
        serve().catch(report);
      }),
    );
  }
}
