import type { CodeLens, InlayHint, SelectionRange } from 'vscode-languageserver/node';
import {
  CodeLensRequest,
  DocumentLinkRequest,
  FoldingRangeRequest,
  InlayHintRequest,
  SelectionRangeRequest,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILD, BUILD_AND_RUN, LAYERS } from '../../src/util/imageRequest.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => {
  session = await connect({ initializationOptions: { answers: [BUILD, BUILD_AND_RUN] } });
});
afterAll(() => session.close());

const whole = ({ document }: Doc) => ({
  start: { line: 0, character: 0 },
  end: document.positionAt(document.getText().length),
});

describe('selection', () => {
  /** The texts that a selection at the `|` grows to, the smallest first. */
  async function grown(marked: string): Promise<string[]> {
    const at = marked.indexOf('|');
    const doc = await session.open(marked.slice(0, at) + marked.slice(at + 1));
    const positions = [doc.document.positionAt(at)];
    const [found] = (await doc.request(SelectionRangeRequest.type, { positions })) ?? [];
    const texts: string[] = [];
    for (let one: SelectionRange | undefined = found; one; one = one.parent)
      texts.push(doc.text(one.range));
    return texts;
  }

  it('grows from a value to its field, flag, instruction, stage and file', async () => {
    expect(await grown('ARG V\nFROM a\nRUN --mount=type=cache,target=/c|/d x\n')).toEqual([
      '/c/d',
      'target=/c/d',
      'type=cache,target=/c/d',
      '--mount=type=cache,target=/c/d',
      'RUN --mount=type=cache,target=/c/d x',
      'FROM a\nRUN --mount=type=cache,target=/c/d x',
      'ARG V\nFROM a\nRUN --mount=type=cache,target=/c/d x\n',
    ]);
  });

  it.each([
    [
      'FROM a\nRUN x && y "z ${|B:-c}" \\\n  | w\n',
      ['B', '${B:-c}', 'z ${B:-c}', '"z ${B:-c}"', 'y "z ${B:-c}"', 'y "z ${B:-c}" \\\n  | w'],
    ],
    [
      'FROM a\nRUN <<E\nif a; then b |c; fi\nd\nE\n',
      ['c', 'b c', 'if a; then b c; fi', 'if a; then b c; fi\nd'],
    ],
  ])(
    'grows from a word of a command to it and those that it stands among: %j',
    async (marked, first) => {
      const found = await grown(marked);
      expect(found.slice(0, first.length)).toEqual(first);
    },
  );

  it('grows from a value to its pair and all arguments', async () => {
    expect(await grown('FROM a\nENV A=1 B="t|wo"\n')).toEqual([
      '"two"',
      'B="two"',
      'A=1 B="two"',
      'ENV A=1 B="two"',
      'FROM a\nENV A=1 B="two"',
      'FROM a\nENV A=1 B="two"\n',
    ]);
  });

  it('grows in a heredoc from word to line, script and instruction', async () => {
    expect(await grown('FROM a\nRUN <<E\nfirst li|ne\nother\nE\n')).toEqual([
      'line',
      'first line',
      'first line\nother',
      'first line\nother\nE',
      'RUN <<E\nfirst line\nother\nE',
      'FROM a\nRUN <<E\nfirst line\nother\nE',
      'FROM a\nRUN <<E\nfirst line\nother\nE\n',
    ]);
  });

  it('grows from a comment to the file', async () => {
    expect(await grown('# so|me\nFROM a\n')).toEqual(['# some', '# some\nFROM a\n']);
  });
});

it('folds a heredoc whose operator stands below the first line', async () => {
  const doc = await session.open('FROM a\nRUN x \\\n  y <<E\n1\n2\nE\n');
  const folds = await doc.request(FoldingRangeRequest.type);
  expect(folds?.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
    [0, 5],
    [1, 5],
    [2, 5],
  ]);
});

describe('links to registries', () => {
  it.each([
    ['alpine', 'https://hub.docker.com/_/alpine'],
    ['docker.io/library/alpine:3', 'https://hub.docker.com/_/alpine'],
    ['team/app:1', 'https://hub.docker.com/r/team/app'],
    ['ghcr.io/a/b', 'https://github.com/a/b'],
    ['quay.io/a/b:c', 'https://quay.io/repository/a/b'],
    ['mcr.microsoft.com/dotnet/sdk:8.0', 'https://mcr.microsoft.com/artifact/mar/dotnet/sdk'],
    ['public.ecr.aws/docker/library/alpine', 'https://gallery.ecr.aws/docker/library/alpine'],
    ['gcr.io/distroless/static', 'https://gcr.io/distroless/static'],
    ['us-docker.pkg.dev/p/r/i:1', 'https://us-docker.pkg.dev/p/r/i'],
    ['localhost:5000/x', undefined],
    ['registry.example.org/x', undefined],
    ['scratch', undefined],
  ])('%s leads to %s', async (image, target) => {
    const doc = await session.open(`FROM ${image}\nCOPY --from=${image} x y\n`);
    const links = (await doc.request(DocumentLinkRequest.type)) ?? [];
    expect(links.map((link) => link.target)).toEqual(target ? [target, target] : []);
  });

  it('replaces variables in FROM, and knows a stage by them', async () => {
    const doc = await session.open(
      'ARG I=quay.io/a/b\nARG S=one\nFROM ${I} AS one\nFROM $S\nADD https://example.org/$N /\n',
    );
    const links = (await doc.request(DocumentLinkRequest.type)) ?? [];
    expect(links.map(({ target }) => target)).toEqual([
      'https://quay.io/repository/a/b',
      'https://example.org/',
    ]);
  });
});

describe('inlay hints', () => {
  async function hints(text: string): Promise<(readonly [number, string])[]> {
    const doc = await session.open(text);
    const found = await doc.request(InlayHintRequest.type, { range: whole(doc) });
    return (found ?? []).map(({ position, label }: InlayHint) => [
      position.line,
      typeof label === 'string' ? label : '',
    ]);
  }

  it.each<[string, (readonly [number, string])[]]>([
    ['ARG V=3.20\nFROM alpine:${V}\n', [[1, '= alpine:3.20']]],
    ['ARG V=1\nARG I=a:${V} P=$TARGETPLATFORM\nFROM b\n', [[1, '= a:1']]],
    ['ARG P=linux/arm64\nFROM --platform=$P a\n', [[1, '= linux/arm64']]],
    ['ARG V=1\nFROM a\nARG V\nRUN x\n', [[2, '= 1']]],
    [
      'FROM a\nENV R=/srv\nWORKDIR $R/app\nCOPY x $R/\n',
      [
        [2, '= /srv/app'],
        [3, '= /srv/'],
      ],
    ],
    [
      'FROM a\nARG A=1\nENV B=x$A C=$A$A\n',
      [
        [2, '= x1'],
        [2, '= 11'],
      ],
    ],
    [
      'FROM --platform=$BUILDPLATFORM a\nARG TARGETARCH\nENV X=$TARGETARCH\nENV PATH=$PATH:/x\n',
      [],
    ],
    ['FROM a\nENV X=$NOTHING\nRUN echo $X\n', []],
    ['FROM a\nENV X=1\nRUN $X\n', []],
  ])('%j shows %j', async (text, expected) => {
    expect(await hints(text)).toEqual(expected);
  });

  it('shows only those of the range asked for', async () => {
    const doc = await session.open('FROM a\nENV A=1\nENV B=$A\nENV C=$A\n');
    const range = { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } };
    const found = await doc.request(InlayHintRequest.type, { range });
    expect(found?.map(({ position }) => position.line)).toEqual([3]);
  });

  it('shows none when the setting says so', async () => {
    const off = await connect({ settings: { inlayHints: { enabled: false } } });
    const doc = await off.open('ARG V=1\nFROM a:$V\n');
    const found = await doc.request(InlayHintRequest.type, { range: whole(doc) });
    await off.close();
    expect(found).toEqual([]);
  });

  it('shows what came of the instructions in the last build, where the client tells', async () => {
    const telling = await connect({ initializationOptions: { answers: [LAYERS] } });
    const layers = [
      { line: 1, size: 5_000_000 },
      { line: 2, size: 0, cached: true, why: 3 },
      { line: 3, duration: 4200, cached: 'no', why: 'Files have changed.' },
      { line: 99, size: 1 },
      { line: 'x', size: 1 },
    ];
    telling.connection.onRequest(LAYERS, () => ({ layers }));
    const doc = await telling.open('FROM a\nRUN x\nCOPY a b\nRUN y\n');
    const found = await doc.request(InlayHintRequest.type, { range: whole(doc) });
    await telling.close();
    expect(found?.map(({ position, label }) => [position, label])).toEqual([
      [{ line: 1, character: 5 }, '5 MB'],
      [{ line: 2, character: 8 }, '0 B · cached'],
      [{ line: 3, character: 5 }, '4.2 s'],
    ]);
    expect(found?.[2]?.tooltip).toMatch(/Files have changed\.$/);
  });
});

it('lets the client ask for hints and lenses anew after its settings have changed', async () => {
  const refreshing = await connect({
    capabilities: {
      workspace: { inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } },
    },
  });
  const asked: string[] = [];
  const both = new Promise<void>((done) => {
    for (const method of ['workspace/inlayHint/refresh', 'workspace/codeLens/refresh'])
      refreshing.connection.onRequest(method, () => {
        if (asked.push(method) === 2) done();
        return null;
      });
  });
  await refreshing.configure({ codeLens: { enabled: false } });
  await both;
  await refreshing.close();
  expect(asked).toEqual(['workspace/inlayHint/refresh', 'workspace/codeLens/refresh']);
});

describe('code lens', () => {
  const lenses = async (text: string, on = session): Promise<[number, string, unknown][]> => {
    const doc = await on.open(text, 'dockerfile', 'file:///lens/Dockerfile');
    const found: CodeLens[] = (await doc.request(CodeLensRequest.type)) ?? [];
    await doc.shut();
    return found.map(({ range, command }) => [
      range.start.line,
      command?.title ?? '',
      command?.arguments?.[0],
    ]);
  };

  it('builds and runs the file, and builds each of several stages', async () => {
    const uri = 'file:///lens/Dockerfile';
    expect(await lenses('# x\nARG V\nFROM a AS one\nRUN x\nFROM b\n')).toEqual([
      [1, 'Build', uri],
      [1, 'Build and Run', uri],
      [2, 'Build This Stage', `${uri}#one`],
      [4, 'Build This Stage', `${uri}#1`],
    ]);
    expect(await lenses('FROM a AS only\n')).toHaveLength(2);
    expect(await lenses('# nothing\n')).toEqual([]);
  });

  it('is none for a client without the commands, nor when the setting says so', async () => {
    const plain = await connect();
    expect(await lenses('FROM a\n', plain)).toEqual([]);
    await plain.close();
    const off = await connect({
      settings: { codeLens: { enabled: false } },
      initializationOptions: { answers: [BUILD] },
    });
    expect(await lenses('FROM a\n', off)).toEqual([]);
    await off.close();
  });
});
