import type { RequestType } from 'vscode-languageserver/node';
import {
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SelectionRangeRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD } from '../../src/util/imageRequest.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

/**
 * Ten times the lines may take this many times the work, and this many milliseconds of noise. What grows with the square
 * of the lines takes a hundred times as long, of which the quickest work here makes 40 ms.
 */
const RATIO = 20;
const NOISE = 5;
const ROUNDS = 5;
/** Other work of the machine takes the processor's caches, so that what takes too long is tried again so often. */
const MOST_ROUNDS = 40;

const stages = (lines: number): string =>
  Array.from({ length: lines / 10 }, (_, i) =>
    [
      `FROM ${i === 0 ? 'alpine:3' : `s${i - 1}`} AS s${i}`,
      `ARG A${i}=${i}`,
      `ENV E${i}=$A${i}`,
      'WORKDIR /srv',
      'USER app',
      'RUN apt-get update && \\',
      '    apt-get install -y a',
      `COPY --from=${Math.max(i - 1, 0)} x$E${i} /y`,
      `RUN --mount=type=bind,from=s${Math.max(i - 1, 0)},target=/b echo $E${i}`,
      '# a comment',
    ].join('\n'),
  ).join('\n');
const flat = (lines: number): string =>
  `FROM a AS one\n${Array.from({ length: lines - 1 }, (_, i) =>
    i % 2 ? `ENV E${i}=1` : `RUN echo $E${i - 1} >/tmp/${i}`,
  ).join('\n')}`;
const long = (lines: number): string =>
  `FROM a\nARG X=1\nRUN ${Array.from({ length: lines - 3 }, (_, i) => `echo ${i} $X && \\\n`).join('  ')}  true`;

let session: Session;
beforeAll(async () => {
  session = await connect({
    settings: { diagnostics: { enabled: false } },
    initializationOptions: { answers: [BUILD] },
  });
});
afterAll(() => session.close());

/**
 * Milliseconds of processor time that a new version of the text and one request about it cost, garbage left out.
 * @param enough what needs no further rounds
 */
async function timed(
  text: string,
  ask: (doc: Doc) => Promise<unknown>,
  enough = Infinity,
): Promise<number> {
  const doc = await session.open(text);
  await ask(doc);
  let least = Infinity;
  for (let round = 0; round < ROUNDS || (least > enough && round < MOST_ROUNDS); round++) {
    const start = process.cpuUsage();
    await doc.change(`${text}${' '.repeat(round)}`);
    await ask(doc);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  await doc.shut();
  return least;
}

/** Demands that ten times the lines take no more than ten times as long, with some leeway. */
async function compare(
  small: string,
  large: string,
  ask: (doc: Doc) => Promise<unknown>,
): Promise<void> {
  const limit = (await timed(small, ask)) * RATIO + NOISE;
  expect(await timed(large, ask, limit)).toBeLessThanOrEqual(limit);
}

const end = ({ document }: Doc) => document.positionAt(document.getText().trimEnd().length);
const atEnd =
  (type: RequestType<never, unknown, void>, params: object = {}) =>
  (doc: Doc) =>
    doc.request(type, { position: end(doc), ...params });
const range = (doc: Doc) => ({ range: { start: { line: 0, character: 0 }, end: end(doc) } });
const any = (type: unknown) => type as RequestType<never, unknown, void>;

const FEATURES: Readonly<Record<string, (doc: Doc) => Promise<unknown>>> = {
  completion: atEnd(any(CompletionRequest.type)),
  hover: atEnd(any(HoverRequest.type)),
  definition: atEnd(any(DefinitionRequest.type)),
  highlight: atEnd(any(DocumentHighlightRequest.type)),
  references: atEnd(any(ReferencesRequest.type), { context: { includeDeclaration: true } }),
  'prepare rename': atEnd(any(PrepareRenameRequest.type)),
  rename: atEnd(any(RenameRequest.type), { newName: 'NEW' }),
  'signature help': atEnd(any(SignatureHelpRequest.type)),
  symbols: (doc) => doc.request(DocumentSymbolRequest.type),
  folding: (doc) => doc.request(FoldingRangeRequest.type),
  links: (doc) => doc.request(DocumentLinkRequest.type),
  lenses: (doc) => doc.request(CodeLensRequest.type),
  hints: (doc) => doc.request(InlayHintRequest.type, range(doc)),
  selection: (doc) => doc.request(SelectionRangeRequest.type, { positions: [end(doc)] }),
};

describe.each([
  ['many stages', stages],
  ['one stage', flat],
  ['one instruction', long],
])('%s', (_, make) => {
  const small = make(500);
  const large = make(5000);

  it.each(Object.entries(FEATURES))('%s takes time linear in the lines', async (_name, ask) => {
    const lines = TextDocument.create('', '', 0, large).lineCount;
    expect(lines).toBeGreaterThan(4500);
    await compare(small, large, ask);
  });

  it('is completed with a variable in time linear in the lines', async () => {
    await compare(`${small}\nRUN $`, `${large}\nRUN $`, atEnd(any(CompletionRequest.type)));
  });
});
