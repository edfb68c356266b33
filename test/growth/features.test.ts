import type { RequestType } from 'vscode-languageserver/node';
import {
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
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
  SemanticTokensRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD } from '../../src/util/imageRequest.ts';
import { expectLinear } from './blocks.ts';
import type { Doc, Session } from '../lsp/harness.ts';

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
  const { connect } = await import('../lsp/harness.ts');
  session = await connect({
    settings: { diagnostics: { enabled: false } },
    initializationOptions: { answers: [BUILD] },
  });
});
afterAll(() => session.close());

/** Opens a text, changes it and asks about it. */
async function asked(text: string, ask: (doc: Doc) => Promise<unknown>): Promise<void> {
  const doc = await session.open(text);
  await doc.change(`${text} `);
  await ask(doc);
  await doc.shut();
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
  tokens: (doc) => doc.request(SemanticTokensRequest.type),
  formatting: (doc) =>
    doc.request(DocumentFormattingRequest.type, { options: { tabSize: 4, insertSpaces: true } }),
};

describe.each([
  ['many stages', stages],
  ['one stage', flat],
  ['one instruction', long],
])('%s', (_, make) => {
  it.each(Object.entries(FEATURES))('%s takes work linear in the lines', async (_name, ask) => {
    expect(TextDocument.create('', '', 0, make(5000)).lineCount).toBeGreaterThan(4500);
    await expectLinear((lines) => asked(make(lines), ask), 500);
  });

  it('is completed with a variable in work linear in the lines', async () => {
    const complete = atEnd(any(CompletionRequest.type));
    await expectLinear((lines) => asked(`${make(lines)}\nRUN $`, complete), 500);
  });
});
