import * as vscode from 'vscode';
import { createWorkspaceBuilds } from './commands/builds/parts.ts';
import { registerBuildTasks } from './commands/builds/tasks.ts';
import { createBuildTerminals } from './commands/builds/terminals.ts';
import { createEngineChoice } from './commands/chosen.ts';
import { handlers } from './commands/handlers.ts';
import { panelBuilds } from './commands/panelBuilds.ts';
import { registerCommands } from './commands/run.ts';
import { createAnswers } from './commands/secrets.ts';
import { createSignedIn } from './commands/signedIn.ts';
import { cacheRecords } from './engine/buildkit/cache.ts';
import { openConnection } from './engine/connection.ts';
import { createCurrentEngine } from './engine/current.ts';
import { createLanguageAnswers } from './lsp/answers.ts';
import { createPanels } from './panels/all.ts';
import { createViews } from './views/all.ts';
import { createBuildDiagnostics } from './views/buildDiagnostics.ts';
import { createCheckDiagnostics } from './views/checkDiagnostics.ts';
import { createDocuments } from './views/documents.ts';
import { createFiles } from './views/files/parts.ts';
import { serveLanguages } from './views/languages.ts';
import { markRebuilt } from './views/rebuildMarks.ts';
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
  const { credentials, registries, fetchToken } = createSignedIn(context, settings, report);
  own(registries);
  own(
    settings.onDidChange((affects) => {
      if (affects('engine')) current.restart();
      if (affects('registries')) registries.forget();
    }),
  );

  const answers = createAnswers(context.secrets);
  const { extensionUri, workspaceState: memento } = context;
  const parts = { current, credentials, fetchToken, report };
  const builds = own(createWorkspaceBuilds(context, parts, answers));
  const { find } = chosen;
  const { parts: files, ...fileServices } = own(createFiles(current, settings, report));
  const cache = async () => cacheRecords(await current.client());
  const viewed = { current, registries, builds, settings, memento, files, find, cache, report };
  const views = own(createViews(viewed));
  own(createBuildDiagnostics(builds));
  own(markRebuilt(settings, vscode.Uri.joinPath(extensionUri, 'images')));
  const { show: showDocument } = own(createDocuments());
  const place = { extensionUri, report };
  const forPanels = { current, showDocument, settings, fileUri: fileServices.fileUri };
  const { open } = own(createPanels(place, { ...views, ...forPanels, ...panelBuilds(builds) }));
  const terminals = createBuildTerminals(builds);
  const { show: showCheck } = own(createCheckDiagnostics());
  const shown = { ...fileServices, views, showDocument, showCheck, terminals, ...open };
  const services = { ...parts, chosen, registries, builds, settings, log, answers };
  own(registerCommands(handlers, { ...services, ...shown }));
  own(registerBuildTasks(builds));

  const languages = createLanguageAnswers(current, registries, builds);
  own(serveLanguages(context, { ...languages, serverPath: 'dist/server.cjs', log }, report));
}
