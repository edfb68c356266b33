import * as vscode from 'vscode';
import { createWorkspaceBuilds } from './commands/builds/parts.ts';
import { registerBuildTasks } from './commands/builds/tasks.ts';
import { createBuildTerminals } from './commands/builds/terminals.ts';
import { createEngineChoice } from './commands/chosen.ts';
import { registerCommands } from './commands/run.ts';
import { createAnswers } from './commands/secrets.ts';
import { createSignedIn } from './commands/signedIn.ts';
import { createCurrentEngine } from './engine/current.ts';
import { createMemoryWatch } from './engine/stats/outOfMemory.ts';
import { removeStrayToolboxes } from './engine/strayToolboxes.ts';
import { createPanels } from './panels/all.ts';
import { createViews } from './views/all.ts';
import { createBuildDiagnostics } from './views/buildDiagnostics.ts';
import { createCheckDiagnostics } from './views/checkDiagnostics.ts';
import { registerDocs } from './views/docs.ts';
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
      async (endpoint) => {
        const { openConnection } = await import('./engine/connection.ts');
        const ssh = { program: settings.get('engine.sshProgram') };
        return openConnection(endpoint, { connect: { ssh }, log: (line) => log.info(line) });
      },
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
  const cache = async () => {
    const { cacheRecords } = await import('./engine/buildkit/cache.ts');
    return cacheRecords(await current.client());
  };
  const memory = own(createMemoryWatch(current, report));
  own(removeStrayToolboxes(current, report));
  const viewed = {
    current,
    memory,
    registries,
    builds,
    settings,
    memento,
    files,
    find,
    cache,
    report,
  };
  const views = own(createViews(viewed));
  own(createBuildDiagnostics(builds));
  own(markRebuilt(settings, vscode.Uri.joinPath(extensionUri, 'images')));
  const { show: showDocument } = own(createDocuments(report));
  const forPanels = async () => {
    const { panelBuilds } = await import('./commands/panelBuilds.ts');
    const { fileUri } = fileServices;
    const stats = await views.alerts.stats();
    return { ...views, current, stats, showDocument, settings, fileUri, ...panelBuilds(builds) };
  };
  const { open } = own(createPanels({ extensionUri, report }, forPanels));
  const terminals = createBuildTerminals(builds);
  const { show: showCheck } = own(createCheckDiagnostics());
  const shown = { ...fileServices, views, showDocument, showCheck, terminals, ...open };
  const services = { ...parts, chosen, registries, builds, settings, log, answers };
  const handlers = async () => (await import('./commands/handlers.ts')).handlers;
  own(registerCommands(handlers, { ...services, ...shown }));
  own(registerBuildTasks(builds));
  own(registerDocs(extensionUri));
  own(serveLanguages(context, { current, registries, builds, log }, report));
}
