import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Position, SemanticTokens } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { Session } from '../../../test/lsp/harness.ts';
import { handshake } from '../../../test/lsp/harness.ts';
import { SERVER_FLAGS } from '../../../src/util/serverFlags.ts';
import { documentOf, middleOf } from './ours.ts';

/** The requests of which each is measured, with what it takes beside the document. `previous` is the last tokens' id. */
const REQUESTS: Readonly<
  Record<string, (at: Position, last: number, previous: string | undefined) => object>
> = {
  'semanticTokens/full': () => ({}),
  'semanticTokens/full/delta': (_at, _last, previousResultId) => ({ previousResultId }),
  formatting: () => ({ options: { tabSize: 4, insertSpaces: true } }),
  documentSymbol: () => ({}),
  foldingRange: () => ({}),
  documentLink: () => ({}),
  hover: (position) => ({ position }),
  documentHighlight: (position) => ({ position }),
  definition: (position) => ({ position }),
  references: (position) => ({ position, context: { includeDeclaration: true } }),
  completion: (position) => ({ position }),
  codeLens: () => ({}),
  inlayHint: (_, last) => ({
    range: { start: { line: 0, character: 0 }, end: { line: last, character: 0 } },
  }),
  selectionRange: (position) => ({ positions: [position] }),
};

interface Server {
  readonly session: Session;
  stop(): Promise<void>;
}

async function start(program: string, settings: unknown): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [...SERVER_FLAGS, program, '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  if (!child.stdout || !child.stdin) throw new Error('the server has no pipes');
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const session = await handshake(connection, { settings });
  return {
    session,
    async stop() {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      connection.dispose();
      await ended;
    },
  };
}

/** Where a character is typed: what stands behind it is read anew. */
export type TypedAt = 'at the end' | 'in the middle';

/** A text with a comment to type into at its end, or between the stages in its middle; and its line. */
function withComment(source: string, typedAt: TypedAt): { text: string; line: number } {
  const lines = source.split('\n');
  const between = lines.findIndex((line, i) => i >= lines.length / 2 && line.startsWith('FROM'));
  const line = typedAt === 'at the end' || between < 0 ? lines.length : between;
  return { text: lines.toSpliced(line, 0, '# ').join('\n'), line };
}

/** Types a character into the comment in a line of a document, as an editor tells it. */
function typist(session: Session, uri: string, line: number) {
  const character = 2;
  let version = 1;
  return async () => {
    version++;
    const position = { line, character: character + version - 2 };
    await session.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: position, end: position }, text: 'x' }],
    });
    return version;
  };
}

/**
 * Milliseconds from a keystroke to the answer of each request, for a server over standard input and output: the change
 * travels, the text is parsed anew, the answer travels back. Diagnostics are off, which would come in between. In turns
 * ten keystrokes in a document, whose times are added up, and one in a document that is ten times as long.
 */
export async function requestTimes(
  program: string,
  sources: { readonly small: string; readonly large: string },
  count: number,
  typedAt: TypedAt,
): Promise<Map<string, { small: number[]; large: number[] }>> {
  const { session, stop } = await start(program, { diagnostics: { enabled: false } });
  const open = async (source: string) => {
    const { text, line } = withComment(source, typedAt);
    const { uri } = await session.open(text);
    const type = typist(session, uri, line);
    const at = middleOf(documentOf(text));
    const last = documentOf(text).lineCount - 1;
    let previous: string | undefined;
    return async (name: string, params: (typeof REQUESTS)[string], times: number) => {
      const began = performance.now();
      for (let i = 0; i < times; i++) {
        await type();
        const answer: unknown = await session.connection.sendRequest(`textDocument/${name}`, {
          textDocument: { uri },
          ...params(at, last, previous),
        });
        previous = (answer as SemanticTokens | null)?.resultId ?? previous;
      }
      return performance.now() - began;
    };
  };
  const inSmall = await open(sources.small);
  const inLarge = await open(sources.large);
  const times = new Map(
    Object.keys(REQUESTS).map((name) => [name, { small: [] as number[], large: [] as number[] }]),
  );
  for (let round = -count; round < count; round++) {
    for (const [name, params] of Object.entries(REQUESTS)) {
      const small = await inSmall(name, params, 10);
      const large = await inLarge(name, params, 1);
      if (round < 0) continue;
      times.get(name)?.small.push(small);
      times.get(name)?.large.push(large);
    }
  }
  await stop();
  return times;
}

/** Milliseconds from a keystroke to the diagnostics of the text that it made, the server's wait for more included. */
export async function keystrokeTimes(
  program: string,
  source: string,
  count: number,
): Promise<number[]> {
  const { text, line } = withComment(source, 'in the middle');
  const { session, stop } = await start(program, { shellcheck: { enabled: false } });
  const doc = await session.open(text);
  await doc.diagnostics();
  const type = typist(session, doc.uri, line);
  const times: number[] = [];
  for (let round = -5; round < count; round++) {
    const began = performance.now();
    const version = await type();
    while (!session.published.some((one) => one.version === version))
      await new Promise((resolve) => setTimeout(resolve, 1));
    if (round >= 0) times.push(performance.now() - began);
    session.published.length = 0;
  }
  await stop();
  return times;
}
