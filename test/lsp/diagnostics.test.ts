import type { Diagnostic } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

async function check(text: string): Promise<Diagnostic[]> {
  return (await session.open(text)).diagnostics();
}

/** What the builder would refuse: other rules have much to say of texts as short as these. */
const errors = async (text: string) =>
  (await check(text)).flatMap(({ code }) => (String(code).startsWith('build-error') ? [code] : []));

/** Texts and what is wrong with each, in code and place. */
const WRONG: readonly (readonly [string, string, string])[] = [
  ['FROM a\nRUM x\n', 'build-error/unknown-instruction', 'RUM'],
  ['RUN x\nFROM a\n', 'build-error/before-from', 'RUN'],
  ['FROM a\nRUN <<EOF\nx\n', 'build-error/unterminated-heredoc', '<<EOF'],
  ['FROM a\nRUN x \\\n\n  y\n', 'NoEmptyContinuation', ''],
  ['FROM a\nrun x\nRUN y\n', 'ConsistentInstructionCasing', 'run'],
  ['from a\nrun x\nRUN y\n', 'ConsistentInstructionCasing', 'RUN'],
  ['FROM a\nRun x\n', 'ConsistentInstructionCasing', 'Run'],
  ['FROM a AS x\nFROM b AS X\n', 'DuplicateStageName', 'X'],
  ['FROM a AS 1x\n', 'build-error/invalid-stage-name', '1x'],
  [`FROM a AS ${'a'.repeat(60)}!\n`, 'build-error/invalid-stage-name', `${'a'.repeat(60)}!`],
  ['FROM Alpine\n', 'build-error/invalid-image', 'Alpine'],
  ['FROM a:\n', 'build-error/invalid-image', 'a:'],
  ['FROM a b\n', 'build-error/extra-argument', 'b'],
  ['FROM a\nWORKDIR x\n', 'WorkdirRelativePath', 'x'],
  ['FROM a\nMAINTAINER me\n', 'MaintainerDeprecated', 'MAINTAINER'],
  ['FROM a\nCOPY --form=b x y\n', 'build-error/unknown-flag', '--form'],
  ['FROM a\nRUN --moutn=type=ssh x\n', 'build-error/unknown-flag', '--moutn'],
  ['FROM a\nWORKDIR --x /y\n', 'build-error/unknown-flag', '--x'],
  ['FROM a\nRUN --mount=type=cahce,target=/x y\n', 'build-error/unknown-mount-type', 'cahce'],
  ['FROM a\nRUN --mount=type=cache,tagret=/x y\n', 'build-error/unknown-mount-key', 'tagret'],
  ['FROM a\nRUN --mount=type=cache x\n', 'build-error/missing-mount-target', '--mount=type=cache'],
  ['FROM a\nRUN --network=all x\n', 'build-error/invalid-network', 'all'],
  ['FROM a\nCOPY x\n', 'build-error/missing-argument', 'x'],
  ['FROM a\nEXPOSE x\n', 'build-error/invalid-port', 'x'],
  ['FROM a\nEXPOSE 127.0.0.1:80:80\n', 'ExposeInvalidFormat', '127.0.0.1:80:80'],
  ['FROM a\nSTOPSIGNAL TREM\n', 'build-error/invalid-signal', 'TREM'],
  ['FROM a\nCMD a\nCMD b\n', 'MultipleInstructionsDisallowed', 'CMD a'],
  ["FROM a\nCMD ['x']\n", 'stevedore/broken-array', "['x']"],
  ['FROM a\nSHELL bash\n', 'build-error/shell-not-json', 'bash'],
  ['FROM a\nENV A="x\n', 'build-error/unclosed-quote', '"'],
  ['FROM a\nONBUILD ONBUILD RUN x\n', 'build-error/invalid-trigger', 'ONBUILD'],
  ['FROM a\nHEALTHCHECK --interval=1x CMD y\n', 'build-error/invalid-duration', '1x'],
  ['FROM ${X}\n', 'build-error/empty-image', '${X}'],
  ['FROM a\nHEALTHCHECK --timeout=1us CMD y\n', 'build-error/invalid-duration', '1us'],
  ['# escape=x\nFROM a\n', 'build-error/invalid-escape', 'x'],
  ['# syntax=a\n# syntax=b\nFROM a\n', 'build-error/repeated-directive', '# syntax=b'],
];

/** What the builder accepts, and other tools call an error. */
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
  'FROM a\nRUN --mount=type=bind,from=b,target=/b --mount=type=secret,id=x --network=none --security=insecure y\n',
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

it('keeps telling of the rest of a file while a line of it is being typed', async () => {
  const found = await check('FROM a as B\nWORKDIR x\nCOPY --fr\nLABEL a b\n');
  const codes = found.map(({ code }) => code);
  const checks = ['FromAsCasing', 'StageNameCasing', 'WorkdirRelativePath', 'LegacyKeyValueFormat'];
  expect(codes).toEqual(expect.arrayContaining(['build-error/unknown-flag', ...checks]));
});

describe('diagnostics', () => {
  it.each(WRONG)('of %j: %s', async (text, code, at) => {
    const doc = await session.open(text);
    const found = await doc.diagnostics();
    expect(found.map((diagnostic) => [diagnostic.code, doc.text(diagnostic.range)])).toContainEqual(
      [code, at],
    );
  });

  it.each(RIGHT)('of %j: no error', async (text) => {
    expect(await errors(text)).toEqual([]);
  });

  it('gives each rule the level that the settings say', async () => {
    const own = await connect({
      settings: {
        lint: {
          rules: { MaintainerDeprecated: 'style', DL4000: 'style', DL3000: 'off', DL3057: 'info' },
        },
      },
    });
    const doc = await own.open('FROM scratch\nMAINTAINER x\nWORKDIR z\n');
    const severities = Object.fromEntries(
      (await doc.diagnostics()).map(({ code, severity }) => [code, severity]),
    );
    expect(severities).toEqual({
      MaintainerDeprecated: 4,
      WorkdirRelativePath: 2,
      DL3057: 3,
    });
    await own.configure({ diagnostics: { enabled: false } });
    await expect.poll(() => own.published.at(-1)?.diagnostics).toEqual([]);
    await own.close();
  });

  it('keeps the defaults for settings of the wrong type', async () => {
    const own = await connect({
      settings: { lint: { rules: { DL4000: 7, MaintainerDeprecated: 'loud', nonsense: 'off' } } },
    });
    const doc = await own.open('FROM scratch\nMAINTAINER x\n');
    expect(await doc.diagnostics()).toMatchObject([{ severity: 1 }]);
    await own.close();
  });

  it('says both names, and where each rule is explained', async () => {
    const doc = await session.open("FROM scratch\nMAINTAINER x\nCMD ['x']\n");
    const found = await doc.diagnostics();
    expect(found[0]).toMatchObject({
      code: 'MaintainerDeprecated',
      message: expect.stringMatching(/ \(also DL4000\)$/),
      codeDescription: {
        href: 'https://docs.docker.com/reference/build-checks/maintainer-deprecated/',
      },
      tags: [2],
    });
    expect(found.map(({ codeDescription }) => codeDescription?.href)).toContain(
      'file:///pages/stevedore-broken-array.md',
    );
  });

  it('publishes once for a burst of changes, and of the last version', async () => {
    const own = await connect({ debounceMs: 60 });
    const doc = await own.open('FROM scratch\n');
    for (let i = 0; i < 20; i++) await doc.change(`FROM scratch\nFOO${i}\n`);
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
    await doc.change('FROM scratch\n');
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
