import {
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import type { DocumentSymbol, Location } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

const TEXT = `# syntax=docker/dockerfile:1
ARG VERSION=3.20
FROM alpine:\${VERSION} AS base
ARG VERSION
ENV ROOT=/srv
RUN --mount=type=cache,target=/c echo $ROOT $VERSION $i
FROM base AS build
RUN --mount=from=base,target=/b cat \${ROOT}
COPY <<FILE /x
text
FILE
FROM scratch
COPY --from=build --link /x /y
COPY --from=0 /x /z
COPY --from=BUILD /a /b
COPY --from=ghcr.io/a/b:1 /x /y
COPY --from=localhost:5000/c /x /y
`;

let session: Session;
let doc: Doc;
beforeAll(async () => {
  session = await connect();
  doc = await session.open(TEXT);
});
afterAll(() => session.close());

const line = (location: unknown) => (location as Location | null)?.range.start.line;

describe('definition', () => {
  it.each([
    ['VERSION} AS', 1],
    ['VERSION $i', 1],
    ['ROOT $V', 4],
    ['ROOT}', 4],
    ['base AS build', 2],
    ['base,target', 2],
    ['build --link', 6],
    ['BUILD /a', 6],
    ['0 /x /z', 2],
    ['FILE\nFROM', 8],
  ])('of %s is on line %i', async (marker, expected) => {
    expect(line(await doc.at(DefinitionRequest.type, marker))).toBe(expected);
  });

  it.each(['alpine', 'i\nFROM base', 'ghcr.io', 'text'])('of %s is nowhere', async (marker) => {
    expect(await doc.at(DefinitionRequest.type, marker)).toBeNull();
  });
});

describe('highlight and references', () => {
  it('finds a variable in its stage, the stages from it and the global scope', async () => {
    const found = await doc.at(DocumentHighlightRequest.type, 'VERSION=3');
    expect(found?.map(({ range, kind }) => [range.start.line, kind])).toEqual([
      [1, 3],
      [2, 2],
      [3, 3],
      [5, 2],
    ]);
  });

  it('finds a stage in every case it is written in', async () => {
    const found = await doc.at(ReferencesRequest.type, 'build\nRUN', {
      context: { includeDeclaration: false },
    });
    expect(found?.map(line)).toEqual([12, 14]);
  });

  it('finds nothing at a word that is no name', async () => {
    expect(await doc.at(DocumentHighlightRequest.type, 'echo')).toEqual([]);
  });

  it('keeps apart what two stages call the same', async () => {
    const other = await session.open('FROM a\nENV X=1\nRUN $X\nFROM b\nENV X=2\nRUN $X\n');
    const found = await other.at(DocumentHighlightRequest.type, 'X=1');
    expect(found?.map(({ range }) => range.start.line)).toEqual([1, 2]);
  });
});

describe('rename', () => {
  const renamed = async (marker: string, newName: string) => {
    const edit = await doc.at(RenameRequest.type, marker, { newName });
    return doc.apply(edit?.changes?.[doc.uri]);
  };

  it('renames a stage everywhere and nothing else', async () => {
    const expected = TEXT.replace('AS build', 'AS made')
      .replace('--from=build', '--from=made')
      .replace('--from=BUILD', '--from=made');
    expect(await renamed('build --link', 'made')).toBe(expected);
  });

  it('renames a variable', async () => {
    expect(await renamed('ROOT=/srv', 'TOP')).toBe(TEXT.replaceAll('ROOT', 'TOP'));
  });

  it('renames a heredoc', async () => {
    expect(await renamed('FILE /x', 'END')).toBe(TEXT.replaceAll('FILE', 'END'));
  });

  it('offers the name as it stands', async () => {
    expect(await doc.at(PrepareRenameRequest.type, 'ROOT $V')).toMatchObject({
      placeholder: 'ROOT',
    });
  });

  it.each(['i\nFROM base', 'alpine', 'echo'])(
    'refuses %s, which this file does not define',
    async (marker) => {
      expect(await doc.at(PrepareRenameRequest.type, marker)).toBeNull();
      expect(await doc.at(RenameRequest.type, marker, { newName: 'x' })).toBeNull();
    },
  );

  it.each([
    ['ROOT=/srv', 'a b', /letters, digits/],
    ['AS build', '1x', /no name|letter first/],
    ['build --link', 'x.', /letters, digits/],
    ['build --link', 'base', /already a stage called base/],
  ])('says why %s cannot become %s', async (marker, newName, message) => {
    const at = marker === 'AS build' ? 'build\nRUN' : marker;
    await expect(doc.at(RenameRequest.type, at, { newName })).rejects.toThrow(message);
  });
});

describe('structure', () => {
  it('outlines stages with their instructions', async () => {
    const symbols = (await doc.request(DocumentSymbolRequest.type)) as DocumentSymbol[];
    expect(symbols.map(({ name, children }) => [name, children?.length ?? 0])).toEqual([
      ['syntax', 0],
      ['ARG', 0],
      ['base', 3],
      ['build', 2],
      ['scratch', 5],
    ]);
  });

  it('outlines where COPY takes files from, and what a heredoc runs', async () => {
    const other = await session.open(
      'FROM a\nCOPY --link --from=b /x /y\nRUN <<E\nset -e\nmake  all\nE\nRUN <<E\nE\nCOPY <<F /z\nx\nF\nONBUILD RUN <<E\ny\nE\n',
    );
    const [stage] = (await other.request(DocumentSymbolRequest.type)) as DocumentSymbol[];
    expect(stage?.children?.map(({ detail }) => detail)).toEqual([
      '--from=b /x /y',
      'set -e make all',
      '<<E',
      '<<F /z',
      'RUN y',
    ]);
  });

  it('outlines flatly for a client that takes no hierarchy', async () => {
    const flat = await connect({ capabilities: {} });
    const other = await flat.open('FROM a AS one\nRUN x\n');
    const symbols = await other.request(DocumentSymbolRequest.type);
    await flat.close();
    expect(symbols).toMatchObject([
      { name: 'one' },
      { name: 'RUN', containerName: 'one', location: { uri: other.uri } },
    ]);
  });

  it('folds stages, long instructions, heredocs and runs of comments', async () => {
    const other = await session.open(
      '# a\n# b\nFROM x\nRUN a \\\n  # c\n  # d\n  b\nCOPY <<E /x\n1\nE\n',
    );
    const folds = await other.request(FoldingRangeRequest.type);
    expect(folds?.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [0, 1],
      [2, 9],
      [3, 6],
      [4, 5],
      [7, 9],
    ]);
  });

  it('folds nothing in a file of single lines', async () => {
    const other = await session.open('FROM x\n');
    expect(await other.request(FoldingRangeRequest.type)).toEqual([]);
  });

  it('links images, not stages, numbers or private registries', async () => {
    const links = (await doc.request(DocumentLinkRequest.type)) ?? [];
    expect(
      links.map(({ range, target }) => [doc.text(range), new URL(target ?? '').pathname]),
    ).toEqual([
      ['alpine:${VERSION}', '/_/alpine'],
      ['ghcr.io/a/b:1', '/a/b'],
      ['docker/dockerfile:1', '/r/docker/dockerfile'],
    ]);
  });
});

describe('hover', () => {
  it.each([
    ['RUN --mount=type=cache', /new layer/],
    ['mount=type=cache', /a cache, a secret/],
    ['target=/c', /Where it is mounted/],
    ['cache,target', /kept between builds/],
    ['link /x', /layer of their own/],
    ['ROOT}', /ROOT=\/srv/],
    ['build --link', /FROM base AS build/],
    ['syntax=', /frontend/],
    ['VERSION $i', /VERSION=3.20/],
  ])('explains %s', async (marker, text) => {
    expect(await doc.at(HoverRequest.type, marker)).toMatchObject({
      contents: { value: expect.stringMatching(text) },
    });
  });

  it.each(['echo', 'text\nFILE', '/x /y'])('has nothing to say of %s', async (marker) => {
    expect(await doc.at(HoverRequest.type, marker)).toBeNull();
  });
});

describe('signature help', () => {
  it('names the parts of an instruction, wherever in the file', async () => {
    const help = await doc.at(SignatureHelpRequest.type, '/x /y');
    expect(help?.signatures[0]?.label).toMatch(/^COPY/);
    expect(help?.signatures[0]?.parameters?.length).toBeGreaterThan(2);
  });

  it('reads the escape directive', async () => {
    const other = await session.open('# escape=`\nFROM a\nEXPOSE 80 `\n  81\n');
    expect((await other.at(SignatureHelpRequest.type, '81'))?.signatures[0]?.label).toMatch(
      /^EXPOSE/,
    );
  });

  it('says nothing in a heredoc', async () => {
    expect((await doc.at(SignatureHelpRequest.type, 'text\nFILE'))?.signatures).toEqual([]);
  });
});
