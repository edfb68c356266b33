import { PassThrough } from 'node:stream';
import type {
  ClientCapabilities,
  Diagnostic,
  InitializeResult,
  Position,
  ProtocolConnection,
  PublishDiagnosticsParams,
  Range,
  RequestType,
  TextEdit,
} from 'vscode-languageserver/node';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { startServer } from '../../src/lsp/server/server.ts';

export interface Session {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** What the server logged, oldest first. */
  readonly logs: string[];
  /** Every diagnostics notification, oldest first. */
  readonly published: PublishDiagnosticsParams[];
  /** Changes the settings and tells the server. */
  configure(settings: unknown): Promise<void>;
  /** Opens a text, under an address of its own unless one is given. */
  open(text: string, languageId?: string, uri?: string): Promise<Doc>;
  /** Shuts the server down and drops the connection. */
  close(): Promise<void>;
}

/** An open document. */
export interface Doc {
  readonly uri: string;
  readonly document: TextDocument;
  /** Sends a request about the document; `params` are what it takes beside it. */
  request<P, R>(type: RequestType<P, R, void>, params?: object): Promise<R>;
  /** Sends a request about the place where `marker` begins in the text, or ends when `after`. */
  at<P, R>(
    type: RequestType<P, R, void>,
    marker: string,
    params?: Readonly<Record<string, unknown>> & { after?: boolean },
  ): Promise<R>;
  /** Replaces all of the text. */
  change(text: string): Promise<void>;
  shut(): Promise<void>;
  /** The diagnostics of the current version, as soon as they come. */
  diagnostics(): Promise<Diagnostic[]>;
  text(range: Range): string;
  /** The text after edits. */
  apply(edits: TextEdit[] | null | undefined): string;
}

/** What editors of today declare, but for what tests ask for themselves. */
export const CAPABILITIES: ClientCapabilities = {
  workspace: {
    applyEdit: true,
    configuration: true,
    didChangeWatchedFiles: { dynamicRegistration: false },
  },
  window: { showDocument: { support: true } },
  textDocument: {
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } },
      isPreferredSupport: true,
    },
    completion: {
      completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] },
      completionItemKind: { valueSet: Array.from({ length: 25 }, (_, index) => index + 1) as [] },
    },
    documentSymbol: {
      hierarchicalDocumentSymbolSupport: true,
      tagSupport: { valueSet: [1] },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    publishDiagnostics: {
      versionSupport: true,
      codeDescriptionSupport: true,
      tagSupport: { valueSet: [1, 2] },
    },
    rename: { prepareSupport: true },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ['markdown', 'plaintext'],
        parameterInformation: { labelOffsetSupport: true },
      },
    },
  },
};

/** Whether a machine has ShellCheck changes nothing, unless a test wants it. */
const QUIET = { shellcheck: { enabled: false } };

/** Connects a client to a server in this process over a real connection of two streams. */
export async function connect(
  options: {
    settings?: unknown;
    capabilities?: ClientCapabilities;
    initializationOptions?: unknown;
    debounceMs?: number;
  } = {},
): Promise<Session> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  startServer(server, {
    debounceMs: options.debounceMs ?? 5,
    setTimeout,
    clearTimeout,
    pages: 'file:///pages/',
    env: {},
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const session = await handshake(connection, options);
  return {
    ...session,
    async close() {
      await session.close();
      server.dispose();
    },
  };
}

/** Opens a session over a connection that leads to a server already. */
export async function handshake(
  connection: ProtocolConnection,
  options: {
    settings?: unknown;
    capabilities?: ClientCapabilities;
    initializationOptions?: unknown;
  } = {},
): Promise<Session> {
  let settings = options.settings;
  const logs: string[] = [];
  const published: PublishDiagnosticsParams[] = [];
  const waiting = new Set<() => void>();
  connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
    items.map(() => (settings === undefined ? QUIET : settings)),
  );
  connection.onNotification(
    'window/logMessage',
    ({ message }: { message: string }) => void logs.push(message),
  );
  connection.onNotification(
    'textDocument/publishDiagnostics',
    (params: PublishDiagnosticsParams) => {
      published.push(params);
      for (const check of waiting) check();
    },
  );
  connection.listen();
  const capabilities = options.capabilities ?? CAPABILITIES;
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: null,
    rootUri: null,
    capabilities,
    initializationOptions: options.initializationOptions,
  });
  await connection.sendNotification('initialized', {});
  let count = 0;
  return {
    connection,
    initialized,
    logs,
    published,
    async configure(next) {
      settings = next;
      await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    },
    async open(text, languageId = 'dockerfile', uri = `file:///test/${++count}/Dockerfile`) {
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId, version: 1, text },
      });
      return openDoc(connection, uri, text, published, waiting);
    },
    async close() {
      await connection.sendRequest('shutdown');
      connection.dispose();
    },
  };
}

function openDoc(
  connection: ProtocolConnection,
  uri: string,
  source: string,
  published: readonly PublishDiagnosticsParams[],
  waiting: Set<() => void>,
): Doc {
  let document = TextDocument.create(uri, 'dockerfile', 1, source);
  const textDocument = { uri };
  const request = <P, R>(type: RequestType<P, R, void>, params: object = {}): Promise<R> =>
    connection.sendRequest(type.method, { textDocument, ...params });
  return {
    uri,
    get document() {
      return document;
    },
    request,
    at(type, marker, { after, ...params } = {}) {
      return request(type, { position: place(document, marker, after), ...params });
    },
    async change(text) {
      document = TextDocument.create(uri, 'dockerfile', document.version + 1, text);
      const versioned = { uri, version: document.version };
      await connection.sendNotification('textDocument/didChange', {
        textDocument: versioned,
        contentChanges: [{ text }],
      });
    },
    shut: () => connection.sendNotification('textDocument/didClose', { textDocument }),
    diagnostics: () =>
      new Promise((resolve) => {
        const check = () => {
          const found = published.findLast(
            (params) => params.uri === uri && params.version === document.version,
          );
          if (!found) return;
          waiting.delete(check);
          resolve(found.diagnostics);
        };
        waiting.add(check);
        check();
      }),
    text: (range) => document.getText(range),
    apply: (edits) => TextDocument.applyEdits(document, edits ?? []),
  };
}

/** The position where `marker` stands in the document, which must hold it. */
export function place(document: TextDocument, marker: string, after = false): Position {
  const at = document.getText().indexOf(marker);
  if (at < 0) throw new Error(`No ${JSON.stringify(marker)} in the text`);
  return document.positionAt(after ? at + marker.length : at);
}
