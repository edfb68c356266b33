import * as vscode from 'vscode';
import { createEngineChoice } from './commands/chosen.ts';
import { handlers } from './commands/handlers.ts';
import { registerCommands } from './commands/run.ts';
import { createAnswers } from './commands/secrets.ts';
import { createSignedIn } from './commands/signedIn.ts';
import { openConnection } from './engine/connection.ts';
import { createCurrentEngine } from './engine/current.ts';
import { createImageAnswers } from './engine/imageAnswers.ts';
import { createViews } from './views/all.ts';
import { createDocuments } from './views/documents.ts';
import { onFirstDockerfile } from './views/languages.ts';
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
  const { credentials, registries } = createSignedIn(context, settings, report);
  own(registries);
  own(
    settings.onDidChange((affects) => {
      if (affects('engine')) current.restart();
      if (affects('registries')) registries.forget();
    }),
  );

  const views = own(
    createViews({
      current,
      registries,
      settings,
      memento: context.workspaceState,
      find: chosen.find,
      report,
    }),
  );
  const documents = own(createDocuments());
  const answers = createAnswers(context.secrets);
  const showDocument = documents.show;
  const services = { current, chosen, registries, credentials, settings, log, answers, views };
  own(registerCommands(handlers, { ...services, showDocument }));

  // In a bundle of its own, for it weighs more than all the rest.
  const images = createImageAnswers(current, registries);
  const onImagesChange = (listener: () => void) =>
    vscode.Disposable.from(
      current.onDidChange(listener),
      current.onDidChangeItems(({ kind }) => {
        if (kind === 'image') listener();
      }),
    );
  const serve = async () => {
    const { startLanguageClient } = await import('./lsp/client.ts');
    own(
      startLanguageClient(context, { serverPath: 'dist/server.cjs', log, images, onImagesChange }),
    );
  };
  own(onFirstDockerfile(() => void serve().catch(report)));
}
