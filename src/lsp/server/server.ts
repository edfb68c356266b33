import { pathToFileURL } from 'node:url';
import type {
  CancellationToken,
  Connection,
  FileSystemWatcher,
  InitializeParams,
} from 'vscode-languageserver/node';
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  WatchKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { IMAGES, IMAGES_CHANGED, LAYERS_CHANGED } from '../../util/imageRequest.ts';
import { capabilitiesFor } from './capabilities.ts';
import { createChecks } from './checks.ts';
import type { Client } from './client/suit.ts';
import { APPLY_EDIT, suitDiagnostics, suitResolved } from './client/suit.ts';
import { createContexts } from './context/contexts.ts';
import { workspaceFolders } from './context/folders.ts';
import { contextOfDocument } from './features/contextOf.ts';
import type { Parsed } from './documents.ts';
import { createParseCache } from './documents.ts';
import { createConfigProblems } from './features/configProblems.ts';
import type { UrlOf } from './features/diagnostics.ts';
import { resolve } from './features/completion/items.ts';
import { createIgnoreFeatures } from './features/ignore/ignore.ts';
import { createImages } from './features/images.ts';
import { knownImages } from './features/knownImages.ts';
import { askLayers } from './features/layers.ts';
import { refreshShown } from './features/refresh.ts';
import { registerFeatures } from './features/register.ts';
import { createTokenAnswers } from './features/tokenAnswers.ts';
import { languageOf } from './languages.ts';
import { createLife } from './life.ts';
import type { Other } from './on.ts';
import { createRegister } from './on.ts';
import { createPublish } from './publish.ts';
import { createPublisher } from './publisher.ts';
import { createConfigs } from './lint/configs.ts';
import { OPEN_RULE, pageUrl } from './rules/links.ts';
import type { Runtime } from './runtime.ts';
import { createPrograms } from './shellcheck/programs.ts';
import { createSettingsReader } from './settingsReader.ts';

/** How long files must rest before documents are checked anew, in milliseconds. */
const BURST_MS = 300;

/** What findings hang on beside the document: the files there are, what ignore files say, and configurations. */
const WATCHED: FileSystemWatcher[] = [
  { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
  { globPattern: '**/{*.,.}{dockerignore,containerignore}' },
  { globPattern: '**/{.,}hadolint.{yaml,yml}' },
];

/**
 * Serves Dockerfiles over a connection, which this starts to listen. No feature throws to the client: an error is
 * logged with the request's name and document, and the answer is empty.
 */
export function startServer(connection: Connection, runtime: Runtime): void {
  const documents = new TextDocuments(TextDocument);
  const cache = createParseCache();
  let capabilities: InitializeParams['capabilities'] = {};
  let answers: ReadonlySet<string> = new Set();
  const client = (): Client => ({
    capabilities,
    has: (name) => answers.has(name),
    versionOf: (uri) => documents.get(uri)?.version,
  });
  const life = createLife();
  const log = (context: string, error: unknown) => {
    // After `shutdown` nobody reads the log, and work still under way fails for want of a connection.
    if (life.hasEnded()) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`${context}: ${text}`);
  };
  const openText = (path: string) => documents.get(pathToFileURL(path).href)?.getText();
  const contexts = createContexts(openText);
  let folderOf: ReturnType<typeof workspaceFolders> = () => undefined;
  const contextOf = (uri: string) =>
    contextOfDocument(contexts, uri, parsedOf(uri)?.file(), (path) => folderOf(path));
  const ignore = createIgnoreFeatures(contexts, openText, (path) => folderOf(path));
  const settings = createSettingsReader(connection, () => capabilities, log);
  const parsedOf = (uri: string): Parsed | undefined => {
    const document = documents.get(uri);
    return document && languageOf(document) === 'dockerfile' ? cache.get(document) : undefined;
  };
  const otherOf = (uri: string): Other | undefined => {
    const document = documents.get(uri);
    const language = document && languageOf(document);
    return language && language !== 'dockerfile' ? { language, document } : undefined;
  };
  let urlOf: UrlOf = (id) => pageUrl(id, runtime.pages);
  const configs = createConfigs(runtime.env);
  const configProblems = createConfigProblems(connection, log);
  const images = createImages(connection, () => answers.has(IMAGES), runtime, log);
  const checks = createChecks({
    settings,
    configs,
    contextOf,
    programs: createPrograms(),
    images: ({ completion: { registries } }, signal) => knownImages(images, registries, signal),
    log,
    onConfig: configProblems.show,
  });
  const tokens = createTokenAnswers();
  const publish = createPublish({
    parsedOf,
    otherOf,
    versionOf: (uri) => documents.get(uri)?.version,
    settings,
    checks,
    ignore,
    images,
    runtime,
    urlOf: (id) => urlOf(id),
    send: (params) => connection.sendDiagnostics(suitDiagnostics(params, client())),
    note: (text) => connection.console.info(text),
  });
  const publisher = createPublisher(runtime, log, publish);
  const checkAll = (ms: number) => {
    checks.clear();
    for (const { uri } of documents.all()) publisher.schedule(uri, ms);
  };

  const on = createRegister(connection, parsedOf, log, otherOf, life.admit);
  connection.onInitialize((params) => {
    const { initializationOptions } = params;
    ({ capabilities } = params);
    life.begin();
    folderOf = workspaceFolders(params);
    answers = answersOf(initializationOptions);
    const pages = pagesOf(initializationOptions);
    if (pages !== undefined) urlOf = (id) => pageUrl(id, pages, true);
    settings.take(initializationOptions);
    return {
      capabilities: capabilitiesFor(capabilities),
      serverInfo: { name: 'stevedore-language-server' },
    };
  });
  connection.onInitialized(() => {
    const { didChangeConfiguration, didChangeWatchedFiles } = capabilities.workspace ?? {};
    const failed = (error: unknown) => log('register for changes', error);
    if (didChangeConfiguration?.dynamicRegistration)
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'stevedore.dockerfile' })
        .catch(failed);
    if (didChangeWatchedFiles?.dynamicRegistration)
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED })
        .catch(failed);
  });
  connection.onDidChangeConfiguration(({ settings: sent }) => {
    settings.take(sent);
    settings.clear();
    refreshShown(connection, capabilities).catch((error: unknown) => log('refresh', error));
    checkAll(0);
  });
  const readAnew = () => {
    configs.clear();
    contexts.clear();
    ignore.clear();
    // Files come and go in bursts.
    checkAll(BURST_MS);
  };
  connection.onDidChangeWatchedFiles(readAnew);
  // Only a client that tells of no other files says when it saves one.
  documents.onDidSave(readAnew);
  connection.onNotification(IMAGES_CHANGED, () => {
    images.forgetEngine();
    // What is found without images stays as it was; a pull tells of several changes.
    for (const { uri } of documents.all()) publisher.schedule(uri, BURST_MS);
  });
  connection.onNotification(LAYERS_CHANGED, () => {
    refreshShown(connection, capabilities).catch((error: unknown) => log('refresh', error));
  });
  connection.onExecuteCommand(async ({ command, arguments: [subject, label] = [] }) => {
    life.admit();
    if (command === APPLY_EDIT) await applyEdit(connection, subject, label);
    if (command !== OPEN_RULE || typeof subject !== 'string') return;
    const uri = urlOf(subject);
    if (capabilities.window?.showDocument?.support)
      await connection.window.showDocument({ uri, external: !uri.startsWith('file:') });
    else
      await connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Info,
        message: `${subject} is explained at ${uri}`,
      });
  });
  documents.onDidChangeContent(({ document }) => {
    publisher.schedule(document.uri, runtime.debounceMs);
    if (languageOf(document) !== 'dockerignore') return;
    // What Dockerfiles may copy hangs on it.
    contexts.clear();
    checkAll(BURST_MS);
  });
  documents.onDidClose(({ document: { uri } }) => {
    publisher.cancel(uri);
    cache.drop(uri);
    checks.drop(uri);
    tokens.drop(uri);
    settings.drop(uri);
    publish.drop(uri);
    connection
      .sendDiagnostics({ uri, diagnostics: [] })
      .catch((error: unknown) => log(`clear ${uri}`, error));
  });
  connection.onShutdown(() => {
    life.end();
    publisher.dispose();
  });

  const editing = {
    client,
    settings,
    images,
    contextOf,
    found: checks.now,
    openText,
    ignore,
    layers: (uri: string, token: CancellationToken) => askLayers(connection, { uri }, token),
  };
  registerFeatures(on, { editing, ignore, settings, checks, tokens, urlOf: (id) => urlOf(id) });
  connection.onCompletionResolve((item) => {
    life.admit();
    return suitResolved(resolve(item), client());
  });
  connection.onRequest((method) => {
    life.admit();
    throw new ResponseError(ErrorCodes.MethodNotFound, `Unhandled method ${method}`);
  });
  documents.listen(connection);
  connection.listen();
}

/** Has the client apply an edit that an action of its own choosing holds; an answer of no counts as one to the person. */
async function applyEdit(connection: Connection, edit: unknown, label: unknown): Promise<void> {
  if (typeof edit !== 'object' || edit === null) return;
  await connection.workspace.applyEdit({
    edit,
    ...(typeof label === 'string' ? { label } : {}),
  });
}

/** The requests of ours that a client says it answers. */
function answersOf(options: unknown): ReadonlySet<string> {
  const answers: unknown =
    typeof options === 'object' && options !== null && 'answers' in options ? options.answers : [];
  return new Set(Array.isArray(answers) ? answers.filter((one) => typeof one === 'string') : []);
}

/** Where a client wants all rules explained: below an address of its own, for it can show these pages. */
function pagesOf(options: unknown): string | undefined {
  const pages: unknown =
    typeof options === 'object' && options !== null && 'pages' in options ? options.pages : '';
  return typeof pages === 'string' && pages !== '' ? pages : undefined;
}
