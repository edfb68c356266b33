import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  TransportKind,
} from 'vscode-languageclient/node';
import type { ErrorHandler } from 'vscode-languageclient/node';
import type { ClientAnswers, ImagesRequest, LayersRequest } from '../util/imageRequest.ts';
import {
  BUILD,
  BUILD_AND_RUN,
  IMAGES,
  IMAGES_CHANGED,
  LAYERS,
  LAYERS_CHANGED,
  SUGGEST,
} from '../util/imageRequest.ts';
import { inform } from '../views/notify.ts';
import type { LanguageAnswers } from './answers.ts';
import { hasPage, OPEN_RULE, pageUrl } from './server/rules/links.ts';
import { DOCS_SCHEME } from '../util/docs.ts';
import { SERVER_FLAGS } from '../util/serverFlags.ts';
import { COMPOSE_GLOB, isDockerfile, isServed } from '../util/served.ts';

type Mode = 'auto' | 'on' | 'off';

export interface LanguageClientOptions extends LanguageAnswers {
  /** The bundled server, as a path in the extension's folder. */
  readonly serverPath: string;
  readonly log: vscode.LogOutputChannel;
}

const SETTING = 'stevedore.dockerfile.languageServer';
/** Every rule's page is shipped, and the editor shows it without a network. */
const PAGES = `${DOCS_SCHEME}:/rules/`;
/** A server that dies more often than this within the window stays down until the setting is changed. */
const MOST_RESTARTS = 4;
const RESTART_WINDOW_MS = 3 * 60_000;
const START_LIMIT_MS = 30_000;
const TOO_OFTEN =
  'The Dockerfile language server ended five times within three minutes, so it is not started again. Turn it off and on in the settings to try once more; the output says why it ended.';
const CHOICE = 'stevedore.dockerfile.languageServer.choice';

/** Extensions that bring a Dockerfile language server of their own. */
const RIVALS = ['docker.docker', 'ms-azuretools.vscode-containers', 'ms-azuretools.vscode-docker'];

/**
 * Serves Dockerfiles of any scheme by a server process of our own, from the first one that opens until the result is
 * disposed. Returns at once: nothing here holds up activation. While another enabled extension serves Dockerfiles
 * the person is asked once which of them shall, and the answer is kept; settings and extensions that change take
 * effect without a reload.
 */
export function startLanguageClient(
  context: vscode.ExtensionContext,
  options: LanguageClientOptions,
): vscode.Disposable {
  const { serverPath, log } = options;
  let client: LanguageClient | undefined;
  let disposed = false;
  let asking = false;
  /** When servers died, in milliseconds since the epoch. */
  let deaths: number[] = [];
  // Starting and stopping take turns, so that a quick change of mind leaves one server or none.
  let turn: Promise<void> = Promise.resolve();

  const settle = async (): Promise<void> => {
    // Once it runs it stays: the last Dockerfile's closing is still on its way to the server when we hear of it.
    const wanted = !disposed && (client !== undefined || has(isServed)) && isWanted();
    if (wanted && !client && deaths.length <= MOST_RESTARTS) {
      await start();
    } else if (!wanted && client) {
      const old = client;
      client = undefined;
      await old.dispose();
    }
  };
  const update = (): void => {
    turn = turn
      .then(settle)
      .catch((error: unknown) => log.error('Dockerfile language server', error));
  };

  /** Starts a server. One that ends by itself, while it starts or later, is followed by another, but not for ever. */
  const start = async (): Promise<void> => {
    let end = (): void => undefined;
    const ended = new Promise<'ended'>((resolve) => (end = () => resolve('ended')));
    const fresh = createClient(context.asAbsolutePath(serverPath), options, {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        end();
        if (client === fresh) client = undefined;
        const now = Date.now();
        deaths = [...deaths.filter((time) => now - time < RESTART_WINDOW_MS), now];
        update();
        return deaths.length > MOST_RESTARTS
          ? { action: CloseAction.DoNotRestart, message: TOO_OFTEN }
          : { action: CloseAction.DoNotRestart, handled: true };
      },
    });
    answer(fresh, options);
    // One that neither serves nor ends would keep all that comes after it waiting.
    const limit = setTimeout(() => fresh.serverProcess?.kill(), START_LIMIT_MS);
    try {
      // The library may leave a start whose server ends unsettled.
      if ((await Promise.race([fresh.start(), ended])) !== 'ended') client = fresh;
    } finally {
      clearTimeout(limit);
    }
  };

  const isWanted = (): boolean => {
    const mode = vscode.workspace.getConfiguration().get<Mode>(SETTING, 'auto');
    // Anything else that stands there counts as not set.
    if (mode === 'on' || mode === 'off') return mode === 'on';
    const rival = rivals()[0];
    if (!rival) return true;
    const choice = context.globalState.get<'on' | 'off'>(CHOICE);
    if (choice === undefined && !asking && has(isDockerfile)) void ask(rival);
    return choice === 'on';
  };

  const ask = async (rival: vscode.Extension<unknown>): Promise<void> => {
    asking = true;
    const name = nameOf(rival);
    const use = 'Use Stevedore';
    const answer = await inform(
      `${name} serves Dockerfiles too. With both, every suggestion and squiggle shows twice. Which one shall serve them?`,
      use,
      `Leave It to ${name}`,
    );
    // Closing the message leaves things as they were before Stevedore came, and isn't asked again.
    await context.globalState.update(CHOICE, answer === use ? 'on' : 'off');
    asking = false;
    update();
    // Only the person can disable an extension: show her where.
    if (answer === use) await vscode.commands.executeCommand('extension.open', rival.id);
  };

  const tell = (what: string): void => {
    client?.sendNotification(what).catch((error: unknown) => log.error(what, error));
  };

  const subscriptions = [
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isServed(document) && !client) update();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(SETTING)) return;
      deaths = [];
      update();
    }),
    vscode.extensions.onDidChange(update),
    options.onImagesChange(() => tell(IMAGES_CHANGED)),
    options.onLayersChange(() => tell(LAYERS_CHANGED)),
  ];
  update();
  return {
    dispose() {
      disposed = true;
      for (const subscription of subscriptions) subscription.dispose();
      update();
    },
  };
}

const has = (is: (document: vscode.TextDocument) => boolean): boolean =>
  vscode.workspace.textDocuments.some(is);

function rivals(): vscode.Extension<unknown>[] {
  return RIVALS.flatMap((id) => vscode.extensions.getExtension(id) ?? []);
}

function nameOf({ packageJSON, id }: vscode.Extension<unknown>): string {
  const manifest: unknown = packageJSON;
  const isNamed = typeof manifest === 'object' && manifest !== null && 'displayName' in manifest;
  return isNamed && typeof manifest.displayName === 'string' ? manifest.displayName : id;
}

/** Answers what the server asks of engine, registries and builds, until it asks no longer. */
function answer(client: LanguageClient, { images, layers }: LanguageClientOptions): void {
  client.onRequest(IMAGES, async (request: ImagesRequest, token: vscode.CancellationToken) => {
    const controller = new AbortController();
    const cancelled = token.onCancellationRequested(() => controller.abort());
    try {
      return await images(request, controller.signal);
    } finally {
      cancelled.dispose();
    }
  });
  client.onRequest(LAYERS, async ({ uri }: LayersRequest) => {
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
    return document?.uri.scheme === 'file' ? layers(document.uri.fsPath, document.getText()) : null;
  });
}

function createClient(
  module: string,
  { log }: LanguageClientOptions,
  errorHandler: ErrorHandler,
): LanguageClient {
  const initializationOptions: ClientAnswers & { pages: string } = {
    answers: [IMAGES, LAYERS, BUILD, BUILD_AND_RUN, SUGGEST],
    pages: PAGES,
  };
  return new LanguageClient(
    'stevedore.dockerfile',
    // It stands in the library's own messages: “The … server crashed”.
    'Stevedore Dockerfile',
    { module, transport: TransportKind.ipc, options: { execArgv: [...SERVER_FLAGS] } },
    {
      documentSelector: [
        { language: 'dockerfile' },
        { language: 'dockerignore' },
        { language: 'dockercompose' },
        { language: 'yaml', pattern: COMPOSE_GLOB },
      ],
      initializationOptions,
      synchronize: {},
      diagnosticCollectionName: 'stevedore',
      outputChannel: log,
      errorHandler,
      middleware: {
        executeCommand: (command, args, next) => {
          const [id] = args as unknown[];
          if (command !== OPEN_RULE || typeof id !== 'string' || !hasPage(id))
            return next(command, args);
          const page = vscode.Uri.parse(pageUrl(id, PAGES, true));
          return vscode.commands.executeCommand('markdown.showPreview', page);
        },
      },
      initializationFailedHandler: (error) => {
        log.error('The Dockerfile language server could not start', error);
        return false;
      },
    },
  );
}
