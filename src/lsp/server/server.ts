import { pathToFileURL } from 'node:url';
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import { DidChangeConfigurationNotification, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { IMAGES } from '../../util/imageRequest.ts';
import { CAPABILITIES } from './capabilities.ts';
import { createContexts } from './context/contexts.ts';
import { contextOfDocument } from './features/contextOf.ts';
import type { Parsed } from './documents.ts';
import { createParseCache } from './documents.ts';
import { diagnosticsOf, problemsOf } from './features/diagnostics.ts';
import { resolve } from './features/completion/items.ts';
import { createImages } from './features/images.ts';
import { registerFeatures } from './features/register.ts';
import { languageOf } from './languages.ts';
import type { Other } from './on.ts';
import { createRegister } from './on.ts';
import { createPublisher } from './publisher.ts';
import type { Problem } from './rules/problem.ts';
import type { Runtime } from './runtime.ts';
import { createSettingsReader } from './settingsReader.ts';

/**
 * Serves Dockerfiles over a connection, which this starts to listen. No feature throws to the client: an error is
 * logged with the request's name and document, and the answer is empty.
 */
export function startServer(connection: Connection, runtime: Runtime): void {
  const documents = new TextDocuments(TextDocument);
  const cache = createParseCache();
  let client: InitializeParams['capabilities'] = {};
  let answers: ReadonlySet<string> = new Set();
  let ended = false;
  const log = (context: string, error: unknown) => {
    // After `shutdown` nobody reads the log, and work still under way fails for want of a connection.
    if (ended) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`${context}: ${text}`);
  };
  const contexts = createContexts((path) => documents.get(pathToFileURL(path).href)?.getText());
  const contextOf = (uri: string) => contextOfDocument(contexts, uri);
  const settings = createSettingsReader(connection, () => client, log);
  const parsedOf = (uri: string): Parsed | undefined => {
    const document = documents.get(uri);
    return document && languageOf(document) === 'dockerfile' ? cache.get(document) : undefined;
  };
  const otherOf = (uri: string): Other | undefined => {
    const document = documents.get(uri);
    const language = document && languageOf(document);
    return language && language !== 'dockerfile' ? { language, document } : undefined;
  };
  // Quick fixes are asked for at every move of the caret.
  const problems = new WeakMap<Parsed, readonly Problem[]>();
  const problemsOfVersion = (parsed: Parsed) => {
    const known =
      problems.get(parsed) ??
      problemsOf(parsed, (error) => log(`check ${parsed.document.uri}`, error));
    problems.set(parsed, known);
    return known;
  };
  const noted = new Set<string>();
  const publisher = createPublisher(runtime, log, {
    async publish(uri, isCurrent) {
      const parsed = parsedOf(uri);
      if (!parsed) return;
      const { version } = parsed.document;
      if (parsed.extent !== 'normal' && !noted.has(uri)) {
        noted.add(uri);
        connection.console.info(`${uri} is ${parsed.extent}: some features are off for it.`);
      }
      const current = await settings.get(uri);
      const found = current.diagnostics.enabled ? problemsOfVersion(parsed) : [];
      if (!isCurrent() || documents.get(uri)?.version !== version) return;
      await connection.sendDiagnostics({
        uri,
        version,
        diagnostics: diagnosticsOf(parsed, found, current),
      });
    },
  });

  const on = createRegister(connection, parsedOf, log, otherOf);
  connection.onInitialize(({ capabilities, initializationOptions }) => {
    client = capabilities;
    answers = answersOf(initializationOptions);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'stevedore-language-server' } };
  });
  connection.onInitialized(() => {
    if (!client.workspace?.didChangeConfiguration?.dynamicRegistration) return;
    connection.client
      .register(DidChangeConfigurationNotification.type, { section: 'stevedore.dockerfile' })
      .catch((error: unknown) => log('register for configuration changes', error));
  });
  connection.onDidChangeConfiguration(() => {
    settings.clear();
    for (const { uri } of documents.all()) publisher.schedule(uri, 0);
  });
  documents.onDidChangeContent(({ document }) =>
    publisher.schedule(document.uri, runtime.debounceMs),
  );
  documents.onDidClose(({ document: { uri } }) => {
    publisher.cancel(uri);
    cache.drop(uri);
    settings.drop(uri);
    noted.delete(uri);
    connection
      .sendDiagnostics({ uri, diagnostics: [] })
      .catch((error: unknown) => log(`clear ${uri}`, error));
  });
  connection.onShutdown(() => {
    ended = true;
    publisher.dispose();
  });

  const editing = {
    client: () => client,
    settings,
    images: createImages(connection, () => answers.has(IMAGES), runtime, log),
    contextOf,
  };
  registerFeatures(on, { editing, settings, problems: problemsOfVersion });
  connection.onCompletionResolve(resolve);
  documents.listen(connection);
  connection.listen();
}

/** The requests of ours that a client says it answers. */
function answersOf(options: unknown): ReadonlySet<string> {
  const answers: unknown =
    typeof options === 'object' && options !== null && 'answers' in options ? options.answers : [];
  return new Set(Array.isArray(answers) ? answers.filter((one) => typeof one === 'string') : []);
}
