import {
  CancellationTokenSource,
  CodeActionRequest,
  CompletionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { growth } from '../unit/support/growth.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeEach(async () => void (session = await connect()));
afterEach(async () => {
  expect(session.logs.filter((line) => line.includes('Error'))).toEqual([]);
  await session.close();
});

const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

/** Asks for everything at the end of the document; answers when all of it has come. */
async function askAll(doc: Doc): Promise<void> {
  const end = doc.document.positionAt(doc.document.getText().length);
  const range = { start: end, end };
  await doc.diagnostics();
  await doc.request(SemanticTokensRequest.type);
  await doc.request(DocumentSymbolRequest.type);
  await doc.request(FoldingRangeRequest.type);
  await doc.request(DocumentLinkRequest.type);
  await doc.request(DocumentFormattingRequest.type, {
    options: { tabSize: 2, insertSpaces: true },
  });
  await doc.request(CodeActionRequest.type, { range, context: { diagnostics: [] } });
  for (const type of [
    CompletionRequest.type,
    HoverRequest.type,
    DocumentHighlightRequest.type,
    SignatureHelpRequest.type,
  ]) {
    await doc.request<unknown, unknown>(type, { position: end });
  }
}

describe('odd files', () => {
  it.each([
    'file://server/share/Dockerfile',
    'file:///tmp/100%/Dockerfile',
    'file:///tmp/%ff/Dockerfile',
    'file:///tmp/a%00b/Dockerfile',
    'untitled:Untitled-1',
    'zipfile:///a.zip::Dockerfile',
    '/tmp/Dockerfile',
  ])('whose address is %s: checked and served as any other', async (uri) => {
    const doc = await session.open('FROM scratch\nMAINTAINER me\nCOPY a /b\n', 'dockerfile', uri);
    expect(await doc.diagnostics()).toMatchObject([{ code: 'MaintainerDeprecated' }]);
    await askAll(doc);
  });

  it('an empty file: one error', async () => {
    const doc = await session.open('');
    expect(await doc.diagnostics()).toMatchObject([{ code: 'build-error/no-stage' }]);
    await askAll(doc);
  });

  it('a template, by its name: neither checked nor formatted, and served as any other', async () => {
    const text = 'FROM {{ image }}\n{% if debug %}\n  RUN x\n{% endif %}\nMAINTAINER me\n';
    const uri = 'file:///templates/Dockerfile';
    const plain = await session.open(text, 'dockerfile', uri);
    expect(await plain.diagnostics()).not.toEqual([]);
    const doc = await session.open(text, 'dockerfile', `${uri}.j2`);
    expect(await doc.diagnostics()).toEqual([]);
    await askAll(doc);
    expect(await doc.at(HoverRequest.type, 'MAINTAINER')).not.toBeNull();
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
    const asked = { range, context: { diagnostics: [] } };
    expect(await doc.request(CodeActionRequest.type, asked)).toEqual([]);
    const options = { tabSize: 2, insertSpaces: true };
    expect(await plain.request(DocumentFormattingRequest.type, { options })).not.toEqual([]);
    expect(await doc.request(DocumentFormattingRequest.type, { options })).toEqual([]);
    expect(await doc.diagnostics()).toEqual([]);
  });

  it('10 MB: one notice, logged once, and every request is answered', async () => {
    const doc = await session.open(`FROM a\n${'RUN echo hello\n'.repeat(700_000)}`);
    expect(await doc.diagnostics()).toMatchObject([
      { code: 'Limited', severity: 3, message: expect.stringContaining('1 MB') },
    ]);
    await askAll(doc);
    await doc.change(`FROM b\n${'RUN echo hello\n'.repeat(700_000)}`);
    await doc.diagnostics();
    expect(session.logs.filter((line) => line.includes('too-large'))).toHaveLength(1);
    await doc.change('FOO\n');
    expect((await doc.diagnostics()).map(({ code }) => code)).toContain(
      'build-error/unknown-instruction',
    );
  });

  it('NUL bytes: one notice, where the first one stands', async () => {
    const doc = await session.open('FROM a\nRUN \0\0 x\n');
    const found = await doc.diagnostics();
    expect(found).toMatchObject([{ code: 'Limited', range: { start: { line: 1, character: 4 } } }]);
    await askAll(doc);
  });

  it('a binary file: one notice', async () => {
    const bytes = Buffer.from(
      Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff),
    );
    const doc = await session.open(bytes.toString('latin1'));
    expect(await doc.diagnostics()).toMatchObject([{ code: 'Limited' }]);
    await askAll(doc);
  });

  it('random text without NUL: no more problems than a person can read', async () => {
    const doc = await session.open(
      repeat(3000, (i) => `${String.fromCodePoint(0x3042 + (i % 80))}${i} x\n`),
    );
    expect((await doc.diagnostics()).length).toBeLessThanOrEqual(500);
    await askAll(doc);
  });

  it('a long file is checked as any other, and its gravest problems are shown', async () => {
    const doc = await session.open(`FROM a\n${'RUN echo\n'.repeat(5000)}FOO\n`);
    const found = await doc.diagnostics();
    expect(found[0]).toMatchObject({ code: 'build-error/unknown-instruction' });
    expect(found).toHaveLength(500);
  });

  it('a document that closes while it is asked about', async () => {
    const doc = await session.open('FROM a\n');
    const answer = doc.request(DocumentSymbolRequest.type);
    await doc.shut();
    expect(Array.isArray(await answer)).toBe(true);
    expect(await doc.request(DocumentSymbolRequest.type)).toEqual([]);
  });

  it('a request that is cancelled', async () => {
    const doc = await session.open('FROM a\n');
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri: doc.uri } };
    const answer = session.connection.sendRequest(DocumentSymbolRequest.type, params, source.token);
    source.cancel();
    await expect(answer).rejects.toThrow(/cancel/i);
    expect(await doc.request(DocumentSymbolRequest.type)).toHaveLength(1);
  });

  it('a client that cannot give the settings', async () => {
    session.connection.onRequest('workspace/configuration', () => {
      throw new TypeError('no settings today');
    });
    const doc = await session.open('FOO\n');
    expect(await doc.diagnostics()).not.toEqual([]);
    await expect.poll(() => session.logs.join('\n')).toContain('no settings today');
    session.logs.length = 0;
  });
});

/** Texts of `n` parts that sent one tool or another into quadratic or exponential time. */
const GROWING: Readonly<Record<string, (n: number) => string>> = {
  'one long line': (n) => `FROM a\nRUN ${'echo x '.repeat(n * 3)}\n`,
  'a JSON array': (n) => `FROM a\nCMD [${repeat(n - 1, (i) => `"a${i}", `)}"z"]\n`,
  'an array that never closes': (n) => `FROM a\nSHELL [${repeat(n, (i) => `"a${i}", `)}\n`,
  'continued lines': (n) => `FROM a\nRUN x \\\n${repeat(n >> 1, (i) => `  y${i} $Z \\\n`)} z\n`,
  'sources of COPY': (n) => `FROM a\nCOPY ${repeat(n, (i) => `f${i} `)}/x/\n`,
  'pairs of ENV': (n) => `FROM a\nENV ${repeat(n, (i) => `A${i}=$A${i} `)}\n`,
  stages: (n) => repeat(n >> 2, (i) => `FROM a AS s${i}\nCOPY --from=s${i - 1} x y\n`),
  heredocs: (n) => `FROM a\nRUN <<EOF\n${'echo $X\n'.repeat(n >> 1)}EOF\n`,
  'heredoc words': (n) => `FROM a\nRUN ${'<<a '.repeat(n >> 2)}\nx\n`,
  comments: (n) => `FROM a\n${'# x\n'.repeat(n >> 1)}`,
  'nested variables': (n) => `FROM a\nENV A=${'${A:-'.repeat(n)}\n`,
  backslashes: (n) => `FROM a\nENV A=${'\\'.repeat(n * 8)}\nRUN x`,
  quotes: (n) => `FROM a\nENV A=${`"'`.repeat(n)}\n`,
  'a stage name that is none': (n) => `FROM a AS ${'a'.repeat(n)}!\n`,
  'commas of a mount': (n) => `FROM a\nRUN --mount=${','.repeat(n * 4)} x\n`,
  'unknown flags': (n) => `FROM a\nRUN ${repeat(n, (i) => `--fo${i} `)}x\n`,
  'blank lines': (n) => `FROM a\nRUN x \\\n${'\n'.repeat(n >> 1)} y\n`,
  'lone carriage returns': (n) => `FROM a\n${'\r'.repeat(n * 8)}`,
};

describe('time', () => {
  it.each(Object.entries(GROWING))(
    'grows no faster than the text, nearly, with %s',
    async (_, make) => {
      const { linear, told } = await growth(async (n) => {
        const doc = await session.open(make(n));
        await askAll(doc);
        await doc.shut();
      });
      expect(linear, told).toBe(true);
    },
  );
});
