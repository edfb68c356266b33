import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver/node';
import {
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/lsp/server/documents.ts';
import { numbersOf } from '../../src/lsp/server/features/tokenAnswers.ts';
import { LEGEND, semanticTokens } from '../../src/lsp/server/features/tokens.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';
import { mutate, seeded } from './random.ts';

const HOSTILE =
  '# escape=\\\nARG A=\nFROM --platform=$A a:${B:-c}@d AS e\nENV A= B="$A \\\n# c\n x" C\nRUN --mount=type=cache,from=e,, ' +
  'if [ "$A" ]; then `b "\\`c\\`"` && { d; }; fi \\\n | case x in y) z;; esac\nRUN <<X cat 3<<Y\necho "$(a <<Z\nb\nZ\n)"\nX\nY\nONBUILD CMD ["a", "\\u0041"]\n';

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
    ['FROM a\nRUN b $c', ['FROM keyword', 'a class', 'RUN keyword', 'b function', '$c variable']],
    [
      'FROM a\nARG c\nRUN b $c',
      [
        'FROM keyword',
        'a class',
        'ARG keyword',
        'c variable',
        'RUN keyword',
        'b function',
        '$c variable',
      ],
    ],
    [
      'FROM a\nRUN b \\\n# d\n  c',
      ['FROM keyword', 'a class', 'RUN keyword', 'b function', '\\ operator', '# d comment'],
    ],
    [
      'FROM a\nRUN <<E\nx\nE',
      ['FROM keyword', 'a class', 'RUN keyword', '<<E label', 'x function', 'E label'],
    ],
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
        'x function',
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

  it.each<[string, string[]]>([
    [
      'A=1 b -c --d="e" f',
      ['A variable', 'b function', '-c parameter', '--d parameter', '"e" string'],
    ],
    [
      'a | b && c; d',
      [
        'a function',
        '| operator',
        'b function',
        '&& operator',
        'c function',
        '; operator',
        'd function',
      ],
    ],
    [
      'a "b $(c) d" > e',
      [
        'a function',
        '"b  string',
        '$( operator',
        'c function',
        ') operator',
        ' d" string',
        '> operator',
      ],
    ],
    [
      'if ! a; then b; fi # c',
      [
        'if keyword',
        '! operator',
        'a function',
        '; operator',
        'then keyword',
        'b function',
        '; operator',
        'fi keyword',
        '# c comment',
      ],
    ],
    [
      'for a in b; do c; done',
      [
        'for keyword',
        'a variable',
        'in keyword',
        '; operator',
        'do keyword',
        'c function',
        '; operator',
        'done keyword',
      ],
    ],
    [
      'case $a in b) c;; esac',
      [
        'case keyword',
        '$a variable',
        'in keyword',
        ') operator',
        'c function',
        ';; operator',
        'esac keyword',
      ],
    ],
    ['a ${b:-"c"}', ['a function', '${b variable', '"c" string']],
    ["a 'b \\\n c'", ['a function', "'b  string", '\\ operator', "c' string"]],
    // Nothing else is lost for what is left open.
    ['a "b', ['a function', '"b string']],
    ['$(a', ['$( operator', 'a function']],
  ])('of the command %j', async (command, expected) => {
    const found = await tokens(`FROM a\nRUN ${command}\nUSER b`);
    expect(found.slice(3)).toEqual([...expected, 'USER keyword']);
  });

  it('of a heredoc that a shell reads', async () => {
    const found = await tokens('FROM a\nRUN <<E\n\tcat <<-X > b # c\n\tif $d\n\tX\n\te\nE\nUSER f');
    expect(found.slice(4, -2)).toEqual([
      'cat function',
      '<<- operator',
      'X label',
      '> operator',
      '# c comment',
      '\tif  string',
      '$d variable',
      'X label',
      'e function',
    ]);
  });

  it('are left to the grammar in a heredoc of another language, or a command of another shell', async () => {
    expect((await tokens('FROM a\nRUN <<E\n#!/usr/bin/python3\nif x:\nE')).slice(3)).toEqual([
      '<<E label',
      'E label',
    ]);
    expect((await tokens('FROM a\nSHELL ["pwsh", "-c"]\nRUN if (b) { }')).at(-1)).toBe(
      'RUN keyword',
    );
  });

  it('of a range are those of its lines', async () => {
    const text = 'FROM a\nRUN b \\\n  && c\nUSER d\n';
    const doc = await session.open(text);
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 6 } };
    const answer = await doc.request(SemanticTokensRangeRequest.type, { range });
    expect(decode(doc.document, answer?.data ?? [])).toEqual([
      'RUN keyword',
      'b function',
      '\\ operator',
      '&& operator',
      'c function',
    ]);
  });

  it('are never empty, never overlap and are all of the legend, whatever the text', async () => {
    const seed = Date.now() % 1_000_000;
    const random = seeded(seed);
    for (let round = 0; round < 300; round++) {
      const text = mutate(mutate(HOSTILE, random), random);
      const document = TextDocument.create('file:///Dockerfile', 'dockerfile', 1, text);
      const data = numbersOf(semanticTokens(parseDocument(document)));
      let line = 0;
      let end = 0;
      for (let i = 0; i < data.length; i += 5) {
        const [down = 0, right = 0, length = 0, type = -1] = data.slice(i, i + 4);
        const start = down === 0 ? line + right : right;
        const message = `seed ${seed}, round ${round}: ${JSON.stringify(text)}`;
        expect(length, message).toBeGreaterThan(0);
        if (down === 0) expect(start, message).toBeGreaterThanOrEqual(end);
        expect(LEGEND.tokenTypes[type], message).toBeDefined();
        line = start;
        end = start + length;
      }
    }
  });

  it('come as what differs from the answer before, whatever was typed', async () => {
    const seed = Date.now() % 1_000_000;
    const random = seeded(seed);
    const stages = (count: number) => `${HOSTILE}USER a\n`.repeat(count);
    const doc = await session.open(stages(60));
    let known = (await doc.request(SemanticTokensRequest.type)) as SemanticTokens;
    for (let round = 0; round < 60; round++) {
      await doc.change(round % 20 === 7 ? stages(round) : mutate(doc.document.getText(), random));
      const previousResultId = known.resultId ?? '';
      const answer = await doc.request(SemanticTokensDeltaRequest.type, { previousResultId });
      const { edits } = answer as SemanticTokensDelta;
      const data = [...known.data];
      for (const edit of edits) data.splice(edit.start, edit.deleteCount, ...(edit.data ?? []));
      known = { resultId: answer?.resultId ?? '', data };
      const whole = semanticTokens(parseDocument(doc.document));
      expect(data, `seed ${seed}, round ${round}`).toEqual(numbersOf(whole));
    }
  });

  it('are few after a keystroke in a long file', async () => {
    const text = 'FROM a\nRUN b --c && d\n'.repeat(2000);
    const doc = await session.open(text);
    const known = await doc.request(SemanticTokensRequest.type);
    const at = text.indexOf('b', text.length / 2);
    await doc.change(`${text.slice(0, at)}x${text.slice(at)}`);
    const previousResultId = known?.resultId ?? '';
    const answer = await doc.request(SemanticTokensDeltaRequest.type, { previousResultId });
    const { edits } = answer as SemanticTokensDelta;
    // The command is longer, and what follows it farther to the right.
    expect(edits.map(({ deleteCount, data }) => [deleteCount, data?.length])).toEqual([[5, 5]]);
  });

  it('come whole to who asks for what differs from an older answer', async () => {
    const doc = await session.open('FROM a\n');
    const first = await doc.request(SemanticTokensRequest.type);
    const second = await doc.request(SemanticTokensRequest.type);
    const ask = (previousResultId = '') =>
      doc.request(SemanticTokensDeltaRequest.type, { previousResultId });
    const whole = await ask(first?.resultId);
    expect(whole).toMatchObject({ data: second?.data });
    expect(await ask(whole?.resultId)).toMatchObject({ edits: [] });
  });

  it('are none for a document that is not open', async () => {
    const textDocument = { uri: 'file:///nowhere' };
    expect(
      await session.connection.sendRequest(SemanticTokensRequest.type, { textDocument }),
    ).toEqual({ data: [] });
  });
});
