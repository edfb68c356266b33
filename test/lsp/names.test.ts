import type { Location } from 'vscode-languageserver/node';
import {
  DefinitionRequest,
  DocumentHighlightRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

const line = (location: unknown) => (location as Location | null)?.range.start.line;

/** The lines on which the name at the `|` of a text is highlighted. */
async function lines(marked: string): Promise<number[]> {
  const { doc, position } = await at(marked);
  const found = await doc.request(DocumentHighlightRequest.type, { position });
  return (found ?? []).map(({ range }) => range.start.line);
}

async function at(marked: string) {
  const index = marked.indexOf('|');
  const doc = await session.open(marked.replace('|', ''));
  return { doc, position: doc.document.positionAt(index) };
}

async function renamed(marked: string, newName: string): Promise<string> {
  const { doc, position } = await at(marked);
  const edit = await doc.request(RenameRequest.type, { position, newName });
  return doc.apply(edit?.changes?.[doc.uri]);
}

describe('names', () => {
  it.each<[string, string, number[]]>([
    ['a stage by its number', 'FROM a AS |b\nFROM c\nCOPY --from=0 x y\n', [0, 2]],
    [
      'a stage without a name',
      'FROM a\nFROM c\nCOPY --from=|0 x y\nCOPY --from=0 x z\n',
      [0, 2, 3],
    ],
    [
      'a stage in a mount',
      'FROM a AS |b\nFROM c\nRUN --mount=type=bind,from=b,target=/b x\n',
      [0, 2],
    ],
    [
      'a stage in a mount by number',
      'FROM a AS |b\nFROM c\nRUN --mount=from=0,target=/b x\n',
      [0, 2],
    ],
    [
      'a stage in quotes',
      'FROM a AS |b\nFROM c\nCOPY --from="b" x y\nCOPY --from=\'0\' x z\n',
      [0, 2, 3],
    ],
    [
      'a stage in a mount with quotes',
      'FROM a AS |b\nFROM c\nRUN --mount=type=bind,from="b",target=/b x\nRUN --mount="type=bind,from=b" x\nRUN --mount=\'From=b\' x\n',
      [0, 2, 3, 4],
    ],
    ['a stage in ONBUILD', 'FROM a AS |b\nFROM c\nONBUILD COPY --from=b x y\n', [0, 2]],
    ['the second name of ARG', 'FROM a\nARG A B|\nRUN $B\n', [1, 2]],
    ['ENV of a base stage', 'FROM a AS b\nENV X=1\nFROM b AS c\nFROM c\nRUN $|X\n', [1, 4]],
    ['a global ARG', 'ARG |V=1\nFROM a:$V\nARG V\nRUN $V\nFROM b:$V\nRUN $V\n', [0, 1, 2, 3, 4]],
    ['a variable in a flag', 'ARG |P\nFROM --platform=${P} a\n', [0, 1]],
    ['a variable with a modifier', 'FROM a\nARG |P\nRUN ${P:-x}\n', [1, 2]],
    ['a variable of a default', 'FROM a\nARG |P\nENV X=${Q:-$P}\n', [1, 2]],
    ['a variable in a heredoc', 'FROM a\nARG |P\nRUN <<E\n$P\nE\n', [1, 3]],
    ['a heredoc', 'FROM a\nCOPY <<|E <<F /x/\n1\nE\n2\nF\n', [1, 3]],
    ['a variable’s length', 'FROM a\nARG |P\nRUN echo ${#P}\n', [1, 2]],
    [
      'a variable in a script, whatever its heredoc’s quotes',
      "FROM a\nARG |P\nRUN <<'E'\n# it's\necho $P\nawk '{print $P}' x\nE\n",
      [1, 4],
    ],
    [
      "no shell's in a script of another program",
      'FROM a\nARG |P\nRUN <<E\n#!/usr/bin/perl\n$P\nE\n',
      [1],
    ],
    [
      'all in a heredoc that a shell expands for a program',
      "FROM a\nARG |P\nRUN cat <<E\n'$P'\nE\n",
      [1, 3],
    ],
    [
      'those of cmd',
      '# escape=`\nFROM a\nARG |Ver=1\nRUN echo %Ver% %VER:.=-% $Ver 5%Ver `\n  && x\nCMD x %ver%\n',
      [2, 3, 3, 5],
    ],
    [
      'those of PowerShell',
      'FROM a\nSHELL ["powershell", "-Command"]\nENV |V=1\nRUN $V = $env:V; x \\\n  "${Env:V}" $env:VX\nRUN <<E\nx $env:V\nE\nENV W=$V\n',
      [2, 3, 4, 6, 8],
    ],
    [
      'those of a program that the exec form runs in a file for Windows',
      '# escape=`\nFROM a\nENV |V=1\nENTRYPOINT ["powershell", "-Command", "x $env:V"]\n',
      [2, 3],
    ],
    [
      'what cmd and PowerShell read by name',
      '# escape=`\nFROM a\nARG |V=1\nRUN if not defined V x\nRUN x !v! !V:a=b!\nRUN pwsh Test-Path Env:V; gi env:\\v\nRUN pwsh [Environment]::GetEnvironmentVariable("V")\nRUN undefined V defined x:V denv:V !V x\n',
      [2, 3, 4, 4, 5, 5, 6],
    ],
    ['no percent signs of other shells', 'FROM a\nARG |d\nRUN date +%Y%d%m $d\n', [1, 2]],
    [
      'what a shell is given in quotes',
      "FROM a\nARG |P\nRUN x && /bin/bash -euo pipefail -c 'a \"$P\" ${P}'\nRUN eval 'x $P' 'y'\nRUN <<E\nsh -c '$P'\nE\n",
      [1, 2, 2, 3, 5],
    ],
    [
      'nothing that other programs are given in quotes',
      "FROM a\nARG |P\nRUN push -c '$P'; sh -c 'x' '$P'; sh -c '\\$P'\nENV X=\"sh -c '$P'\" Y='$P'\n",
      [1, 3],
    ],
    [
      'a variable that a RUN is given a secret in, there only',
      'FROM a\nARG Y t=Y\nRUN --mount=type=secret,id=x,env=|Y --mount=target=/$Y,type=tmpfs \\\n  x $Y\nRUN x $Y\n',
      [2, 3],
    ],
    [
      'the ARG of the name of such a secret elsewhere',
      'FROM a\nARG |Y\nRUN --mount=type=secret,id=x,env=Y --mount=target=/$Y,type=tmpfs \\\n  x $Y\nRUN x $Y\n',
      [1, 2, 4],
    ],
    [
      'such a secret in quotes, in ONBUILD and in a script',
      'FROM a\nONBUILD RUN --mount="Type=Secret,id=x,env=Y" <<E\necho ${|Y}\nE\n',
      [1, 2],
    ],
    [
      'none of a mount of another type',
      'FROM a\nENV |Y=1\nRUN --mount=type=cache,target=/x,env=Y x $Y\n',
      [1, 2],
    ],
    [
      'what ONBUILD defines, in its later instructions and in stages that start from its stage',
      'FROM a AS b\nRUN $X\nONBUILD ENV |X=1\nONBUILD RUN $X\nFROM b AS c\nRUN $X\nFROM c\nRUN $X\nFROM a\nRUN $X\n',
      [2, 3, 5, 7],
    ],
    [
      'what ONBUILD defines of a variable of its stage',
      'FROM a AS b\nONBUILD ENV X=2\nENV |X=1\nFROM b\nENV X=3\nRUN $X\n',
      [1, 2, 4, 5],
    ],
    ['a global ARG in ONBUILD', 'ARG |V=1\nFROM a\nONBUILD ARG V\nONBUILD RUN $V\n', [0, 2, 3]],
    ['nothing in quotes', "FROM a\nARG |P\nRUN echo '$P' \\$P\n", [1]],
  ])('finds %s', async (_, marked, expected) => {
    expect(await lines(marked)).toEqual(expected);
  });

  it('goes to a stage from its name in quotes', async () => {
    const { doc, position } = await at('FROM a\nFROM a AS b\nFROM c\nCOPY --from="b|" x y\n');
    expect(line(await doc.request(DefinitionRequest.type, { position }))).toBe(1);
  });

  it('goes to a stage that a variable is part of the name of', async () => {
    const { doc, position } = await at('ARG B=b\nFROM a AS on-b\nFROM o|n-${B}\n');
    expect(line(await doc.request(DefinitionRequest.type, { position }))).toBe(1);
  });

  it('keeps apart two stages of one name: what follows means the nearest above', async () => {
    const text = 'FROM a AS b\nFROM b AS b\nFROM b\nCOPY --from=b x y\n';
    expect(await lines(text.replace('b\nFROM b A', '|b\nFROM b A'))).toEqual([0, 1]);
    expect(await lines(text.replace('AS b\nFROM b\n', 'AS |b\nFROM b\n'))).toEqual([1, 2, 3]);
  });

  it('finds a stage that stands below, which the builder takes for COPY --from alone', async () => {
    expect(await lines('FROM a\nCOPY --from=|b x y\nFROM c AS b\n')).toEqual([1, 2]);
    expect(await lines('FROM |b\nFROM c AS b\n')).toEqual([]);
  });
});

describe('definition of a variable', () => {
  it.each([
    ['FROM a AS b\nENV X=1\nFROM b AS c\nENV X=2\nFROM b\nRUN $|X\n', 1],
    ['FROM a\nENV X=1\nENV X=2\nRUN $|X\nENV X=3\n', 2],
    ['ARG V=1\nARG V=2\nFROM a:$|V\n', 1],
    ['ARG V=1\nFROM a\nARG V=3\nRUN $|V\n', 2],
    ['ARG V=1\nFROM a\nARG V\nRUN $|V\n', 0],
    ['FROM a\nENV X=1 Y=$|X\nENV X=2\n', 1],
    ['FROM a\nARG X=0\nARG X=1 Y=$|X\n', 2],
    ['ARG B=b\nFROM a AS b\nENV X=0\nFROM $B\nRUN $|X\n', 2],
    ['FROM a\nENV X=0\nENV X=1 Y=$|X\n', 1],
    ['FROM a AS b\nONBUILD ENV X=0\nONBUILD ENV X=1\nONBUILD ENV X=$|X\nFROM b\n', 2],
    ['FROM a AS b\nONBUILD ENV X=0\nFROM b\nRUN $|X\n', 1],
    ['FROM a\nENV X=0\nRUN --mount=type=secret,id=x,env=X x $|X\n', 2],
  ])('%j is on line %i', async (marked, expected) => {
    const { doc, position } = await at(marked);
    expect(line(await doc.request(DefinitionRequest.type, { position }))).toBe(expected);
  });
});

describe('rename', () => {
  it.each([
    [
      'FROM a AS |b\nFROM b\nCOPY --from=0 x y\nCOPY --from=B x z\nRUN --mount=from=b,target=/b x\n',
      'made',
      'FROM a AS made\nFROM made\nCOPY --from=0 x y\nCOPY --from=made x z\nRUN --mount=from=made,target=/b x\n',
    ],
    [
      'FROM a AS b\nFROM c\nCOPY --from="|b" x y\nRUN --mount="type=bind,from=b" x\n',
      'made',
      'FROM a AS made\nFROM c\nCOPY --from="made" x y\nRUN --mount="type=bind,from=made" x\n',
    ],
    [
      'ARG |V=1\nFROM a:${V:-x}\nARG V\nRUN <<E\necho "$V" \\\n  $V\nE\n',
      'W',
      'ARG W=1\nFROM a:${W:-x}\nARG W\nRUN <<E\necho "$W" \\\n  $W\nE\n',
    ],
    [
      'ARG B=prod\nFROM a AS on-prod\nENV |V=1\nFROM on-${B}\nRUN $V\n',
      'W',
      'ARG B=prod\nFROM a AS on-prod\nENV W=1\nFROM on-${B}\nRUN $W\n',
    ],
    ['FROM a\nENV |X=1 \\\n  # why\n  Y=$X\n', 'Z', 'FROM a\nENV Z=1 \\\n  # why\n  Y=$Z\n'],
    [
      'FROM a\nARG |V=v1\nRUN V=${V#v} && echo $V\nRUN for V in a b; do echo $V; done\nRUN V=3 x\n',
      'W',
      'FROM a\nARG W=v1\nRUN W=${W#v} && echo $W\nRUN for W in a b; do echo $W; done\nRUN V=3 x\n',
    ],
    [
      'FROM a\nARG |V\nRUN <<E\nread V Vx\nexport V="$V"\necho V\nE\n',
      'W',
      'FROM a\nARG W\nRUN <<E\nread W Vx\nexport W="$W"\necho V\nE\n',
    ],
    [
      '# escape=`\nFROM a\nARG |V\nRUN x %V% & powershell $env:V ${env:v} $V\n',
      'W',
      '# escape=`\nFROM a\nARG W\nRUN x %W% & powershell $env:W ${env:W} $V\n',
    ],
    [
      '# escape=`\nFROM a\nARG |V=1\nRUN set V=2& set "v=%V%"& set /a V+=1 & setx /M V x & x --set V=3 \nRUN set V=3\n',
      'W',
      '# escape=`\nFROM a\nARG W=1\nRUN set W=2& set "W=%W%"& set /a W+=1 & setx /M W x & x --set V=3 \nRUN set V=3\n',
    ],
    [
      'FROM a\nSHELL ["cmd", "/C"]\nARG |V\nRUN <<E\nset V=2\nset Vx=%V%\nE\n',
      'W',
      'FROM a\nSHELL ["cmd", "/C"]\nARG W\nRUN <<E\nset W=2\nset Vx=%W%\nE\n',
    ],
    [
      `FROM a\nSHELL ["pwsh", "-c"]\nENV |V=1\nRUN $env:V='a'; Set-Item -Path Env:V b; [Environment]::SetEnvironmentVariable('V', 'c'); $V = 1\n`,
      'W',
      `FROM a\nSHELL ["pwsh", "-c"]\nENV W=1\nRUN $env:W='a'; Set-Item -Path Env:W b; [Environment]::SetEnvironmentVariable('W', 'c'); $V = 1\n`,
    ],
    [
      '# escape=`\nFROM a\nENV |V=1\nCMD ["cmd", "/C", "set \\"V=%V%\\" & x"]\n',
      'W',
      '# escape=`\nFROM a\nENV W=1\nCMD ["cmd", "/C", "set \\"W=%W%\\" & x"]\n',
    ],
    [
      'FROM a\nARG Y\nRUN --mount=type=secret,id=Y,env=Y x $|Y\nRUN $Y\n',
      'Z',
      'FROM a\nARG Y\nRUN --mount=type=secret,id=Y,env=Z x $Z\nRUN $Y\n',
    ],
    [
      'FROM a AS b\nONBUILD ARG |V=1\nONBUILD ENV W=$V\nFROM b\nRUN $V $W\n',
      'X',
      'FROM a AS b\nONBUILD ARG X=1\nONBUILD ENV W=$X\nFROM b\nRUN $X $W\n',
    ],
    ['FROM a AS |b\nFROM B\n', 'c', 'FROM a AS c\nFROM c\n'],
    ['FROM a\nRUN <<|"E"\n$E\nE\n', 'END', 'FROM a\nRUN <<"END"\n$E\nEND\n'],
  ])('%j to %s', async (marked, name, expected) => {
    const text = marked.replace('<<|"E"', '<<"|E"');
    expect(await renamed(text, name)).toBe(expected);
  });

  it.each([
    'FROM a\nCOPY --from=|0 x y\nFROM b\nCOPY --from=0 x y\n',
    'FROM a\nARG |TARGETARCH\nRUN $TARGETARCH\n',
    'FROM a\nENV PATH=/x:$|PATH\n',
    'FROM a\nENV |HOME=/x\n',
    'FROM |a\n',
  ])('refuses %j', async (marked) => {
    const { doc, position } = await at(marked);
    expect(await doc.request(PrepareRenameRequest.type, { position })).toBeNull();
    expect(await doc.request(RenameRequest.type, { position, newName: 'x' })).toBeNull();
  });

  it('refuses a name that another variable of its scope has, and takes one of another scope', async () => {
    const text = 'FROM a\nENV |X=1 Y=2\nFROM b\nENV Z=1\n';
    await expect(renamed(text, 'Y')).rejects.toThrow(/already a variable called Y/);
    expect(await renamed(text, 'Z')).toContain('ENV Z=1 Y=2');
  });

  it('refuses capitals in the name of a stage that a FROM starts from, which finds it in lower case only', async () => {
    const from = 'FROM a AS |b\nFROM b\n';
    await expect(renamed(from, 'B')).rejects.toThrow('FROM finds a stage by a name in lower case');
    const copy = 'FROM a AS |b\nFROM c\nCOPY --from=b x y\n';
    expect(await renamed(copy, 'B')).toContain('AS B');
  });

  it('refuses to rename a stage that a variable names', async () => {
    const text = 'ARG B=b\nFROM a AS |b\nFROM $B\n';
    await expect(renamed(text, 'c')).rejects.toThrow(/A variable says which stage/);
  });

  it.each([
    ['an image', 'FROM a AS |b\nFROM b\nFROM alpine\n', 'alpine'],
    ['an image that is copied from', 'FROM a AS |b\nFROM b\nCOPY --from=Nginx x y\n', 'nginx'],
    ['a variable of the shell', 'FROM a\nARG |V\nRUN $V; for i in x; do echo $i; done\n', 'i'],
    ['a line of the heredoc', 'FROM a\nRUN <<|E\nx\ny\nE\n', 'y'],
  ])('refuses the name of %s', async (_, marked, name) => {
    await expect(renamed(marked, name)).rejects.toThrow(`${name} means something else`);
  });
});

it('names the version that a rename is for, where the client takes that', async () => {
  const other = await connect({
    capabilities: { workspace: { workspaceEdit: { documentChanges: true } } },
  });
  const doc = await other.open('FROM a AS b\nFROM b\n');
  await doc.change('FROM a AS b\nFROM b\nFROM b\n');
  const edit = await doc.at(RenameRequest.type, 'b\nFROM', { newName: 'c' });
  await other.close();
  expect(edit?.documentChanges).toMatchObject([
    { textDocument: { uri: doc.uri, version: 2 }, edits: [{}, {}, {}] },
  ]);
});

it('tells references across stages, with and without declarations', async () => {
  const doc: Doc = await session.open('FROM a AS b\nENV X=1\nFROM b\nRUN $X\nENV X=2\n');
  const context = { includeDeclaration: true };
  const all = await doc.at(ReferencesRequest.type, 'X=1', { context });
  expect(all?.map(line)).toEqual([1, 3, 4]);
  const uses = await doc.at(ReferencesRequest.type, 'X=1', {
    context: { includeDeclaration: false },
  });
  expect(uses?.map(line)).toEqual([3]);
});
