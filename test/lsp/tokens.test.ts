import { SemanticTokensRequest } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

/** Each token as its text and its type, by the legend that the server gave. */
function decode(document: TextDocument, data: readonly number[]): string[] {
  const legend = session.initialized.capabilities.semanticTokensProvider?.legend.tokenTypes ?? [];
  const found: string[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(i, i + 4);
    character = down === 0 ? character + right : right;
    line += down;
    const text = document.getText({
      start: { line, character },
      end: { line, character: character + length },
    });
    found.push(`${text} ${legend[type] ?? '?'}`);
  }
  return found;
}

async function tokens(text: string): Promise<string[]> {
  const doc = await session.open(text);
  const answer = await doc.request(SemanticTokensRequest.type);
  return decode(doc.document, answer?.data ?? []);
}

describe('semantic tokens', () => {
  it.each<[string, string[]]>([
    ['FROM a:1 AS b', ['FROM keyword', 'a class', 'AS keyword', 'b namespace']],
    ['FROM h.io:5/a/b@sha256:0', ['FROM keyword', 'a/b class']],
    [
      'FROM a AS b\nFROM B',
      ['FROM keyword', 'a class', 'AS keyword', 'b namespace', 'FROM keyword', 'B namespace'],
    ],
    [
      'FROM --platform=$P ${B}',
      ['FROM keyword', '--platform parameter', '$P variable', '${B variable', '} class'],
    ],
    [
      '# syntax=x\n# note\nFROM a',
      ['syntax macro', 'x string', '# note comment', 'FROM keyword', 'a class'],
    ],
    [
      'FROM a\nENV A=x$B C=',
      [
        'FROM keyword',
        'a class',
        'ENV keyword',
        'A variable',
        'x string',
        '$B variable',
        'C variable',
      ],
    ],
    [
      'FROM a\nLABEL k="v w"',
      ['FROM keyword', 'a class', 'LABEL keyword', 'k property', '"v w" string'],
    ],
    [
      'FROM a\nCMD ["b", "$c"]',
      ['FROM keyword', 'a class', 'CMD keyword', '"b" string', '"$c" string'],
    ],
    ['FROM a\nRUN b $c', ['FROM keyword', 'a class', 'RUN keyword']],
    [
      'FROM a\nARG c\nRUN b $c',
      ['FROM keyword', 'a class', 'ARG keyword', 'c variable', 'RUN keyword', '$c variable'],
    ],
    [
      'FROM a\nRUN b \\\n# d\n  c',
      ['FROM keyword', 'a class', 'RUN keyword', '\\ operator', '# d comment'],
    ],
    ['FROM a\nRUN <<E\nx\nE', ['FROM keyword', 'a class', 'RUN keyword', '<<E label', 'E label']],
    [
      'FROM a\nCOPY <<E /x\n$y\nE',
      ['FROM keyword', 'a class', 'COPY keyword', '<<E label', '$y variable', 'E label'],
    ],
    [
      'FROM a\nCOPY --from=b --link x y',
      [
        'FROM keyword',
        'a class',
        'COPY keyword',
        '--from parameter',
        'b namespace',
        '--link parameter',
      ],
    ],
    [
      'FROM a\nRUN --mount=type=ssh,from=b x',
      [
        'FROM keyword',
        'a class',
        'RUN keyword',
        '--mount parameter',
        'type property',
        'ssh string',
        'from property',
        'b namespace',
      ],
    ],
    [
      'FROM a\nENV C x\\\\\nENV D y',
      [
        'FROM keyword',
        'a class',
        'ENV keyword',
        'C variable',
        'x\\\\ string',
        'ENV keyword',
        'D variable',
        'y string',
      ],
    ],
    ['FROM a\nONBUILD COPY x y', ['FROM keyword', 'a class', 'ONBUILD keyword', 'COPY keyword']],
    ['FR\\\nOM a', ['FR keyword', '\\ operator', 'OM keyword', 'a class']],
    [
      'FROM a\nENV A="x \\\n  # c\n  y"',
      [
        'FROM keyword',
        'a class',
        'ENV keyword',
        'A variable',
        '"x  string',
        '\\ operator',
        '# c comment',
        'y" string',
      ],
    ],
    ['', []],
  ])('of %j', async (text, expected) => {
    expect(await tokens(text)).toEqual(expected);
  });

  it('are none for a document that is not open', async () => {
    const textDocument = { uri: 'file:///nowhere' };
    expect(
      await session.connection.sendRequest(SemanticTokensRequest.type, { textDocument }),
    ).toEqual({ data: [] });
  });
});
