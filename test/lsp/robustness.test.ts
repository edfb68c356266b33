import { readdirSync, readFileSync } from 'node:fs';
import type { CodeAction, Range } from 'vscode-languageserver/node';
import {
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  PrepareRenameRequest,
  RenameRequest,
  SelectionRangeRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../src/lsp/server/parser/parse.ts';
import { BUILD, BUILD_AND_RUN } from '../../src/util/imageRequest.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';
import { mutate, seeded } from './random.ts';

const SEED = 20_240;
const ROUNDS = 60;
const fixtures = new URL('fixtures/', import.meta.url);
const options = { tabSize: 4, insertSpaces: true };

let session: Session;
beforeAll(async () => {
  session = await connect({ initializationOptions: { answers: [BUILD, BUILD_AND_RUN] } });
});
afterAll(() => session.close());

/** Every `range`-like value in an answer, however deep. */
function rangesIn(value: unknown): Range[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('start' in value && 'end' in value) return [value as Range];
  return Object.values(value).flatMap(rangesIn);
}

function expectInside(doc: Doc, answer: unknown): void {
  for (const { start, end } of rangesIn(answer)) {
    const from = doc.document.offsetAt(start);
    const to = doc.document.offsetAt(end);
    expect(from, JSON.stringify(answer)).toBeLessThanOrEqual(to);
    // A place that the document doesn't have is clamped by offsetAt, and then differs.
    expect(doc.document.positionAt(from), JSON.stringify(answer)).toEqual(start);
    expect(doc.document.positionAt(to), JSON.stringify(answer)).toEqual(end);
  }
}

function expectTokens(doc: Doc, data: readonly number[]): void {
  let line = 0;
  let character = 0;
  let lastEnd = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [down = 0, right = 0, length = 0] = data.slice(i, i + 3);
    character = down === 0 ? character + right : right;
    line += down;
    const start = doc.document.offsetAt({ line, character });
    expect(doc.document.positionAt(start)).toEqual({ line, character });
    expect(length).toBeGreaterThan(0);
    expect(start).toBeGreaterThanOrEqual(lastEnd);
    lastEnd = start + length;
    expect(doc.document.positionAt(lastEnd).line).toBe(line);
  }
}

async function exercise(doc: Doc, random: () => number): Promise<void> {
  const whole = {
    start: { line: 0, character: 0 },
    end: doc.document.positionAt(doc.document.getText().length),
  };
  expectInside(doc, await doc.diagnostics());
  expectInside(doc, await doc.request(DocumentSymbolRequest.type));
  expectInside(doc, await doc.request(DocumentLinkRequest.type));
  expectInside(doc, await doc.request(CodeLensRequest.type));
  for (const { position } of (await doc.request(InlayHintRequest.type, { range: whole })) ?? [])
    expectInside(doc, { start: position, end: position });
  for (const { startLine, endLine } of (await doc.request(FoldingRangeRequest.type)) ?? []) {
    expect(startLine).toBeLessThan(endLine);
    expect(endLine).toBeLessThan(doc.document.lineCount);
  }
  expectTokens(doc, (await doc.request(SemanticTokensRequest.type))?.data ?? []);
  const actions = await doc.request(CodeActionRequest.type, {
    range: whole,
    context: { diagnostics: [] },
  });
  expectInside(
    doc,
    (actions as CodeAction[]).map(({ edit }) => edit),
  );
  const edits = await doc.request(DocumentFormattingRequest.type, { options });
  expectInside(doc, edits);
  const formatted = doc.apply(edits);
  expect(formatted.replaceAll(/[ \t]/g, '')).toBe(doc.document.getText().replaceAll(/[ \t]/g, ''));
  for (let i = 0; i < 4; i++) {
    const position = doc.document.positionAt(Math.floor(random() * doc.document.getText().length));
    const answers = [
      doc.request(CompletionRequest.type, { position }),
      doc.request(HoverRequest.type, { position }),
      doc.request(DefinitionRequest.type, { position }),
      doc.request(DocumentHighlightRequest.type, { position }),
      doc.request(PrepareRenameRequest.type, { position }),
      doc.request(RenameRequest.type, { position, newName: 'renamed' }),
      doc.request(SelectionRangeRequest.type, { positions: [position] }),
      doc.request(DocumentOnTypeFormattingRequest.type, { position, ch: '\n', options }),
    ];
    for (const answer of await Promise.all(answers)) expectInside(doc, answer);
    await doc.request(SignatureHelpRequest.type, { position });
  }
}

describe('every feature on damaged files', () => {
  it.each(readdirSync(fixtures))(
    'stays inside the document and logs no error: %s',
    async (file) => {
      const random = seeded(SEED);
      const text = readFileSync(new URL(file, fixtures), 'utf8');
      const doc = await session.open(text);
      for (let round = 0; round < ROUNDS; round++) {
        await exercise(doc, random);
        await doc.change(mutate(text, random));
      }
      expect(session.logs.filter((line) => line.includes('Error'))).toEqual([]);
    },
  );

  it('formats to something that formats to itself', async () => {
    const random = seeded(SEED + 1);
    for (const file of readdirSync(fixtures)) {
      const text = readFileSync(new URL(file, fixtures), 'utf8');
      for (let round = 0; round < 20; round++) {
        const doc = await session.open(mutate(text, random));
        const once = doc.apply(await doc.request(DocumentFormattingRequest.type, { options }));
        const again = await session.open(once);
        expect(
          again.apply(await again.request(DocumentFormattingRequest.type, { options })),
          doc.document.getText(),
        ).toBe(once);
        const heredocs = (source: string) =>
          parse(source).instructions.flatMap((one) =>
            one.heredocs.map(({ body }) => source.slice(body.start, body.end)),
          );
        expect(heredocs(once)).toEqual(heredocs(doc.document.getText()));
      }
    }
  });
});

describe('names that every object of JavaScript has', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'mean nothing: %s',
    async (name) => {
      const before = session.logs.length;
      const doc = await session.open(
        [
          `# check=${name}=a;skip=${name}`,
          `FROM ${name}:1@${name}:0 AS ${name}`,
          `RUN --mount=type=${name},${name}=x --network=${name} ${name} install -y $${name}`,
          `LABEL ${name}=1`,
          `USER $${name}`,
          `COPY --${name}=a --from=${name} b c`,
          `HEALTHCHECK --interval=1${name} ${name} x`,
          `ONBUILD ${name} x`,
          `${name} x`,
          '',
        ].join('\n'),
      );
      await doc.diagnostics();
      for (let offset = 0; offset <= doc.document.getText().length; offset++) {
        const position = doc.document.positionAt(offset);
        const hover = await doc.request(HoverRequest.type, { position });
        if (hover) expect(hover.contents).toMatchObject({ value: expect.any(String) });
        await doc.request(CompletionRequest.type, { position });
        await doc.request(SignatureHelpRequest.type, { position });
      }
      expect(session.logs.slice(before)).toEqual([]);
    },
  );
});
