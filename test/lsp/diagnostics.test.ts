import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { CodeActionRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

async function check(text: string): Promise<Diagnostic[]> {
  return (await session.open(text)).diagnostics();
}

const codes = async (text: string) => (await check(text)).map(({ code }) => code);

/** Texts and the one thing that is wrong with each, in code and place. */
const WRONG: readonly (readonly [string, string, string])[] = [
  ['FROM a\nRUM x\n', 'UnknownInstruction', 'RUM'],
  ['RUN x\nFROM a\n', 'NoSourceImage', 'RUN'],
  ['FROM a\nRUN <<EOF\nx\n', 'UnterminatedHeredoc', '<<EOF'],
  ['FROM a\nRUN x \\\n\n  y\n', 'NoEmptyContinuation', '\n'],
  ['FROM a\nrun x\nRUN y\n', 'ConsistentInstructionCasing', 'run'],
  ['from a\nrun x\nRUN y\n', 'ConsistentInstructionCasing', 'RUN'],
  ['FROM a\nRun x\n', 'ConsistentInstructionCasing', 'Run'],
  ['FROM a AS x\nFROM b AS X\n', 'DuplicateStageName', 'X'],
  ['FROM a AS 1x\n', 'InvalidStageName', '1x'],
  [`FROM a AS ${'a'.repeat(60)}!\n`, 'InvalidStageName', `${'a'.repeat(60)}!`],
  ['FROM Alpine\n', 'InvalidImage', 'Alpine'],
  ['FROM a:\n', 'InvalidImage', 'a:'],
  ['FROM a b\n', 'InvalidFrom', 'b'],
  ['FROM a\nWORKDIR x\n', 'WorkdirRelativePath', 'x'],
  ['FROM a\nMAINTAINER me\n', 'MaintainerDeprecated', 'MAINTAINER'],
  ['FROM a\nCOPY --form=b x y\n', 'UnknownFlag', '--form'],
  ['FROM a\nRUN --moutn=type=ssh x\n', 'UnknownFlag', '--moutn'],
  ['FROM a\nWORKDIR --x /y\n', 'UnknownFlag', '--x'],
  ['FROM a\nRUN --mount=type=cahce,target=/x y\n', 'InvalidMount', 'cahce'],
  ['FROM a\nRUN --mount=type=cache,tagret=/x y\n', 'InvalidMount', 'tagret'],
  ['FROM a\nRUN --mount=type=cache x\n', 'InvalidMount', '--mount=type=cache'],
  ['FROM a\nRUN --network=all x\n', 'InvalidFlagValue', 'all'],
  ['FROM a\nCOPY x\n', 'MissingArgument', 'x'],
  ['FROM a\nEXPOSE x\n', 'InvalidPort', 'x'],
  ['FROM a\nEXPOSE 127.0.0.1:80:80\n', 'InvalidPort', '127.0.0.1:80:80'],
  ['FROM a\nSTOPSIGNAL TREM\n', 'InvalidSignal', 'TREM'],
  ['FROM a\nCMD a\nCMD b\n', 'MultipleInstructionsDisallowed', 'CMD'],
  ["FROM a\nCMD ['x']\n", 'JsonInSingleQuotes', "['x']"],
  ['FROM a\nSHELL bash\n', 'ShellForm', 'bash'],
  ['FROM a\nENV A="x\n', 'UnclosedQuote', '"x'],
  ['FROM a\nONBUILD ONBUILD RUN x\n', 'InvalidTrigger', 'ONBUILD'],
  ['FROM a\nHEALTHCHECK --interval=1x CMD y\n', 'InvalidDuration', '1x'],
  ['FROM ${X}\n', 'EmptyBaseName', '${X}'],
  ['FROM a\nHEALTHCHECK --timeout=1us CMD y\n', 'InvalidDuration', 'timeout'],
  ['# escape=x\nFROM a\n', 'InvalidEscape', 'x'],
  ['# syntax=a\n# syntax=b\nFROM a\n', 'DuplicateDirective', '# syntax=b'],
  ['# Escape=`\nFROM a\n', 'DirectiveCasing', 'Escape'],
];

/** What the builder accepts, and checks of other tools get wrong. */
const RIGHT: readonly string[] = [
  'FROM a\nRUN cat 3<<EOF\nx\nEOF\nRUN ls\n',
  'FROM a\nADD <<EOF /x\n\ny\nEOF\n',
  'FROM a\nONBUILD RUN <<EOF\n\ny\nEOF\n',
  'FROM a\nRUN <<"E F"\nx\nE F\nRUN ls\n',
  'FROM a\nRUN ["sh","-c","cat <<EOF"]\nRUN ls\n',
  'FROM a\nENV A=x\\\\\nENV B=y\n',
  'FROM a\nRUN echo a\rRUN b\n',
  'FROM a\nRUN echo \\\n',
  'FROM a\nRUN echo \\\n  # comment\n',
  'FROM a\nRUN echo \\\n  # comment\n  b\n',
  'FROM a\nADD --unpack=true x /y\n',
  'FROM a\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd89a9b2945d1036d1dc68d7 --keep-git-dir https://x/y /z\n',
  'FROM a\nRUN --mount=type=bind,from=b --mount=type=secret,id=x --network=none --security=insecure y\n',
  'FROM a\nCOPY --link --parents --exclude=a --exclude=b --chmod=u=rwX a b /c/\n',
  'FROM a\nCOPY a b .\n',
  'FROM a\nCOPY a b "x/"\n',
  'FROM a\nHEALTHCHECK --timeout=0s --interval=0 --retries=0 --start-period=+5s CMD x\n',
  'FROM a\nSTOPSIGNAL KILL\nSTOPSIGNAL "SIGTERM"\nSTOPSIGNAL sigterm\n',
  'FROM a\nENTRYPOINT\n',
  'FROM a\nWORKDIR /x\nWORKDIR y\n',
  'FROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y\n',
  'ARG A=a\nFROM ${A%x}\n',
  'FROM ${A-alpine}\n',
  'FROM ${A:-alpine}\n',
  'from a\nrun x\ncopy y z\n',
  '# check=skip=ConsistentInstructionCasing,WorkdirRelativePath\nFROM a\nrun x\nWORKDIR y\n',
  '# check=skip=all\nFROM a\nMAINTAINER x\n',
  '#!/bin/sh\n# syntax=a\nFROM a\n',
  '\uFEFFFROM a\r\nRUN x \\\r\n  y\r\n',
  '# escape=`\nFROM a\nCOPY a c:\\x\\\nRUN dir `\n  c:\\\n',
  'FROM \\\n  a\n',
  'ARG A\nARG B=1\nFROM a\n',
  'FROM scratch\n',
];

describe('diagnostics', () => {
  it.each(WRONG)('of %j: %s', async (text, code, at) => {
    const doc = await session.open(text);
    const found = await doc.diagnostics();
    expect(found.map((diagnostic) => [diagnostic.code, doc.text(diagnostic.range)])).toEqual([
      [code, at],
    ]);
  });

  it.each(RIGHT)('of %j: none', async (text) => {
    expect(await codes(text)).toEqual([]);
  });

  it('gives each group the severity that the settings say', async () => {
    const own = await connect({
      settings: { diagnostics: { deprecated: 'error', style: 'off', suspicious: 'hint' } },
    });
    const doc = await own.open('FROM a\nMAINTAINER x\nrun y\nWORKDIR z\nFOO\n');
    const severities = Object.fromEntries(
      (await doc.diagnostics()).map(({ code, severity }) => [code, severity]),
    );
    expect(severities).toEqual({
      MaintainerDeprecated: 1,
      WorkdirRelativePath: 4,
      UnknownInstruction: 1,
    });
    await own.configure({ diagnostics: { enabled: false } });
    await expect.poll(() => own.published.at(-1)?.diagnostics).toEqual([]);
    await own.close();
  });

  it('keeps the defaults for settings of the wrong type', async () => {
    const own = await connect({ settings: { diagnostics: { style: 7, deprecated: 'loud' } } });
    const doc = await own.open('FROM a\nMAINTAINER x\n');
    expect(await doc.diagnostics()).toMatchObject([{ severity: 2 }]);
    await own.close();
  });

  it('publishes once for a burst of changes, and of the last version', async () => {
    const own = await connect({ debounceMs: 60 });
    const doc = await own.open('FROM a\n');
    for (let i = 0; i < 20; i++) await doc.change(`FROM a\nFOO${i}\n`);
    const found = await doc.diagnostics();
    expect(found).toMatchObject([{ message: expect.stringContaining('FOO19') }]);
    expect(own.published.map(({ version }) => version)).toEqual([21]);
    await own.close();
  });

  it('drops results that a change has overtaken while the settings were on their way', async () => {
    const own = await connect();
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    let asked = () => {};
    const asking = new Promise<void>((done) => (asked = done));
    own.connection.onRequest('workspace/configuration', async () => {
      asked();
      await held;
      return [null];
    });
    const doc = await own.open('FOO\n');
    await asking;
    await doc.change('FROM a\n');
    release();
    expect(await doc.diagnostics()).toEqual([]);
    expect(own.published.map(({ version }) => version)).toEqual([2]);
    await own.close();
  });

  it('clears what it published when the document closes', async () => {
    const doc = await session.open('FOO\n');
    expect(await doc.diagnostics()).not.toEqual([]);
    await doc.shut();
    await expect
      .poll(() => session.published.findLast(({ uri }) => uri === doc.uri)?.diagnostics)
      .toEqual([]);
  });
});

describe('quick fixes', () => {
  it.each([
    ['FROM a\nRUM x\n', 'RUM', 'Change to RUN', 'FROM a\nRUN x\n'],
    ['FROM a\nenv A=b \\\n  C=d\n', 'env', 'Change to ENV', 'FROM a\nENV A=b \\\n  C=d\n'],
    ['FROM a\nRUN x \\\n\n\n  y\n', '\n\n  y', 'Remove the empty line', 'FROM a\nRUN x \\\n  y\n'],
    [
      'FROM a\nMAINTAINER A "B" $c\n',
      'MAINTAINER',
      'Change to LABEL org.opencontainers.image.authors',
      'FROM a\nLABEL org.opencontainers.image.authors="A \\"B\\" \\$c"\n',
    ],
    [
      'FROM a\nCOPY --form=b x \\\n  y\n',
      '--form',
      'Change to --from',
      'FROM a\nCOPY --from=b x \\\n  y\n',
    ],
    [
      'FROM a\nRUN --mount=type=cahce,target=/x y\n',
      'cahce',
      'Change to cache',
      'FROM a\nRUN --mount=type=cache,target=/x y\n',
    ],
    ['FROM a is b\n', 'is', 'Change to AS', 'FROM a AS b\n'],
    ['FROM Alpine\n', 'Alpine', 'Change to alpine', 'FROM alpine\n'],
    ['# escape=x\nFROM a\n', 'x', 'Use `', '# escape=`\nFROM a\n'],
  ])('of %j at %j', async (text, marker, title, expected) => {
    const doc = await session.open(text);
    const at = doc.document.positionAt(text.indexOf(marker));
    const params = { range: { start: at, end: at }, context: { diagnostics: [] } };
    const actions = (await doc.request(CodeActionRequest.type, params)) as CodeAction[];
    const action = actions.find((candidate) => candidate.title === title);
    expect(doc.apply(action?.edit?.changes?.[doc.uri])).toBe(expected);
  });

  it('are not offered where nothing is wrong', async () => {
    const doc = await session.open('FROM a\nRUM x\n');
    const at = { line: 0, character: 1 };
    expect(
      await doc.request(CodeActionRequest.type, {
        range: { start: at, end: at },
        context: { diagnostics: [] },
      }),
    ).toEqual([]);
  });
});
