import { readdirSync, readFileSync } from 'node:fs';
import {
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../src/lsp/server/parser/parse.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

const options = { tabSize: 2, insertSpaces: true };
const fixtures = new URL('fixtures/', import.meta.url);

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

async function format(text: string): Promise<string> {
  const doc = await session.open(text);
  return doc.apply(await doc.request(DocumentFormattingRequest.type, { options }));
}

/** What the builder makes of a text, white space between words aside where a shell or the builder splits them. */
function meaning(text: string): unknown {
  const { instructions } = parse(text);
  return instructions.map(({ name, logical, args, flags, heredocs }) => {
    const value = logical.text.slice(args.from, args.to);
    const verbatim = ['ENV', 'LABEL', 'ARG', 'MAINTAINER', 'USER', 'WORKDIR'].includes(name);
    return [
      name,
      flags.map((flag) => flag.text),
      verbatim ? value : value.split(/[ \t]+/),
      heredocs.map(({ body }) => text.slice(body.start, body.end)),
    ];
  });
}

describe('formatting', () => {
  it.each([
    ['  FROM a\n\tRUN b\n', 'FROM a\nRUN b\n'],
    ['FROM a\n   # note\nRUN b\n', 'FROM a\n# note\nRUN b\n'],
    ['  # note \n  # syntax=a \nFROM a\n', '# note\n# syntax=a\nFROM a\n'],
    ['FROM a\nENV "k \\\nl" m\n', 'FROM a\nENV "k \\\n  l" m\n'],
    ['FROM a\nRUN b && \\\nc\n', 'FROM a\nRUN b && \\\n  c\n'],
    ['FROM a\r\n  RUN b && \\\r\nc\r\n', 'FROM a\r\nRUN b && \\\r\n  c\r\n'],
    ['  ONBUILD \\\nRUN a\n', 'ONBUILD \\\n  RUN a\n'],
    ['FROM a  \n \t\n\n\n\n\nRUN b\t\n# c \n', 'FROM a\n\n\nRUN b\n# c\n'],
    ['FROM a\nRUN b \\ \n  # c  \n  d  \n', 'FROM a\nRUN b \\\n  # c\n  d\n'],
    // A line that was forgotten follows the others; where none is indented, all keep their places to one another.
    ['FROM a\nRUN b \\\n    c \\\nd\n', 'FROM a\nRUN b \\\n    c \\\n    d\n'],
    [
      'FROM a\nRUN b \\\n# why\n&& c \\\n  d \\\n&& e\n',
      'FROM a\nRUN b \\\n  # why\n  && c \\\n    d \\\n  && e\n',
    ],
    ['FROM a\nRUN b &&\\\nc\n', 'FROM a\nRUN b &&\\\n  c\n'],
    ['FROM a\nRUN b $(c \\\nd) "e"\n', 'FROM a\nRUN b $(c \\\n  d) "e"\n'],
    ['FROM a\nENV b=c \\\nd="e f" \\\ng=h\n', 'FROM a\nENV b=c \\\n  d="e f" \\\n  g=h\n'],
    ['FROM a\nRUN \\\n--mount=type=ssh \\\nb\n', 'FROM a\nRUN \\\n  --mount=type=ssh \\\n  b\n'],
    ['FROM a\nCMD ["b", \\\n"c"]\n', 'FROM a\nCMD ["b", \\\n  "c"]\n'],
    [
      'FROM a\nHEALTHCHECK --retries=1 \\\nCMD b\n',
      'FROM a\nHEALTHCHECK --retries=1 \\\n  CMD b\n',
    ],
  ])('%j becomes %j', async (text, expected) => {
    expect(await format(text)).toBe(expected);
  });

  it.each([
    ['what ONBUILD stores', 'FROM a\nONBUILD RUN b \\\nc\n'],
    ['what CMD stores', 'FROM a\nCMD b \\\nc\n'],
    ['quotes in a substitution in quotes', 'FROM a\nRUN "$(b "c \\\nd")"\n'],
    ['an operator over two lines', 'FROM a\nRUN b &\\\n& c\n'],
    ['the text of another shell', 'FROM a\nSHELL ["python3", "-c"]\nRUN if 1: \\\nb\n'],
    ['the text of cmd.exe', '# escape=`\nFROM a\nRUN echo b `\nc\n'],
    ['a value of WORKDIR', 'FROM a\nWORKDIR /b \\\nc\n'],
    ['blank lines that keep a comment from being a directive', '\n# escape=`\nFROM a\n'],
    ['columns', 'FROM   a\nENV    b=c   d=e\nRUN    f   g\n'],
    ['a hanging indent', 'FROM a\nRUN a \\\n        && b \\\n     && c\n'],
    ['an instruction that the one above it swallows', 'FROM a\nRUN b \\\n  c \\\nCOPY d e\n'],
    ['one that ENV swallows', 'FROM a\nENV B=c \\\n  D=e \\\nRUN f\n'],
    ['a word that goes on', 'FROM a\nRUN echo a\\\nb\n'],
    ['an open quote', 'FROM a\nRUN echo "a \\\nb"\n'],
    ['the old form of ENV', 'FROM a\nENV k v \\\nw\n'],
    ['a quoted value of several lines', 'FROM a\nENV k="v \\\nw"\n'],
    ['an escaped space', 'FROM a\nRUN echo \\ \\\nb\n'],
    ['a heredoc', 'FROM a\nRUN <<EOF\n  a\nb\n\tEOF\nEOF\nRUN b\n'],
    ['a heredoc of ADD', 'FROM a\nADD <<EOF /x\na\n  FROM b\nEOF\n'],
    ['a heredoc of ONBUILD', 'FROM a\nONBUILD RUN <<EOF\na\n  b\nEOF\n'],
    ['comments between continued lines', 'FROM a\nRUN b \\\n# c\n      # d\n  e\n'],
    ['a file that ends in a continuation', 'FROM a\nRUN b \\\n'],
    // The old form of ENV is split at white space of ASCII, without regard to quotes.
    ['a no-break space that begins a value of ENV', 'FROM a\nENV k \u00a0\\\nv\n'],
    ['a no-break space in a key of ENV', 'FROM a\nENV k\u00a0l m \\\nv\n'],
    ['a quoted key of the old form of ENV', 'FROM a\nENV "k l" \\\nv\n'],
    ['a carriage return, which is no white space to a shell', 'FROM a\nRUN b c\r\\\nd\n'],
    ['white space behind a carriage return', 'FROM a\nRUN b \\\r \nRUN c\n# d \r \r\n'],
    ['an indented comment that is no directive', '\t# syntax=a\n# check=error=true\nFROM a\n'],
    ['a shift that would become a heredoc', 'FROM a\nRUN echo $((\\\n1<<2))\nRUN b\n'],
    ['the end of flags over two lines', 'FROM a\nCOPY -\\\n- b c\nFROM -\\\n-\n'],
    ['an indented directive', '  # escape=`\n# syntax=a\nFROM a\n'],
    ['an indented comment that another directive follows', ' # check= \n# escape=`\nFROM a\n'],
    ['an indented first line #!', ' #!/bin/b\n# syntax=a\nFROM a\n'],
    ['a byte order mark that does not begin the file', ' \t\uFEFFFROM a\n'],
  ])('leaves %s as it is', async (_, text) => {
    expect(await format(text)).toBe(text);
  });

  it.each(readdirSync(fixtures))(
    'changes no value in %s, and nothing the second time',
    async (file) => {
      const text = readFileSync(new URL(file, fixtures), 'utf8');
      const once = await format(text);
      expect(meaning(once)).toEqual(meaning(text));
      expect(once.replaceAll(/[ \t]/g, '')).toBe(text.replaceAll(/[ \t]/g, ''));
      expect(await format(once)).toBe(once);
    },
  );

  it('ends the file as the editor says', async () => {
    const ends = { ...options, insertFinalNewline: true, trimFinalNewlines: true };
    const doc = async (text: string) => {
      const opened = await session.open(text);
      return opened.apply(await opened.request(DocumentFormattingRequest.type, { options: ends }));
    };
    expect(await doc('FROM a\r\nRUN b')).toBe('FROM a\r\nRUN b\r\n');
    expect(await doc('FROM a\n\n  \n')).toBe('FROM a\n');
    expect(await doc('\uFEFF')).toBe('\uFEFF');
    expect(await doc('FROM a\nRUN <<E\nb')).toBe('FROM a\nRUN <<E\nb');
  });

  it('gives keywords the case that is asked for', async () => {
    const own = await connect({ settings: { format: { keywords: 'lower' } } });
    const doc = await own.open('FROM a AS B\nONBUILD RUN C\nHEALTHCHECK CMD D\nFR\\\nOM e\n');
    expect(doc.apply(await doc.request(DocumentFormattingRequest.type, { options }))).toBe(
      'from a as B\nonbuild run C\nhealthcheck cmd D\nFR\\\nOM e\n',
    );
    await own.close();
  });

  it('formats only the lines of a range', async () => {
    const doc = await session.open('  FROM a\n  RUN b\n  RUN c\n');
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } };
    const edits = await doc.request(DocumentRangeFormattingRequest.type, { range, options });
    expect(doc.apply(edits)).toBe('  FROM a\nRUN b\n  RUN c\n');
  });

  it('is off when the settings say so', async () => {
    const own = await connect({ settings: { format: { enabled: false } } });
    const doc = await own.open('  FROM a\n');
    expect(await doc.request(DocumentFormattingRequest.type, { options })).toEqual([]);
    await own.close();
  });
});

describe('formatting while typing', () => {
  const typed = async (text: string, line: number) => {
    const doc = await session.open(text);
    const params = { position: { line, character: 0 }, ch: '\n', options };
    return doc.apply(await doc.request(DocumentOnTypeFormattingRequest.type, params));
  };

  it('indents the line after a continuation', async () => {
    expect(await typed('FROM a\nRUN b \\\n', 2)).toBe('FROM a\nRUN b \\\n  ');
    expect(await typed('FROM a\nRUN b \\\n      c \\\n', 3)).toBe(
      'FROM a\nRUN b \\\n      c \\\n      ',
    );
  });

  it.each([
    ['a new instruction', 'FROM a\nRUN b\n', 2],
    ['a line of a heredoc', 'FROM a\nRUN <<EOF\na \\\n\nEOF\n', 3],
    ['an open quote', 'FROM a\nRUN "b \\\nc"\n', 2],
  ])('does not indent %s', async (_, text, line) => {
    expect(await typed(text, line)).toBe(text);
  });
});
