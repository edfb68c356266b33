import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureShellcheck, INSTALL_LIMIT_MS } from '../../../scripts/lib/shellcheck.ts';
import type { Issue } from '../../../src/lsp/server/cli/report.ts';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import type { Program } from './support/program.ts';
import { buildProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => void (program = await buildProgram()));
beforeAll(ensureShellcheck, INSTALL_LIMIT_MS);
afterAll(() => program.remove());

/** Nothing is to be said of it by default. */
const CLEAN = 'FROM scratch\n';
/** One warning (an error by hadolint's measure), which both tools know. */
const BAD = 'FROM scratch\nMAINTAINER me\n';

const issues = (out: string) => JSON.parse(out) as Issue[];

describe('stevedore-check', () => {
  test('ends with 0 when nothing is found, 1 when something is', async () => {
    const folder = await program.folder({ 'a/Dockerfile': CLEAN, 'b/Dockerfile': BAD });
    expect(await program.run([join(folder, 'a')])).toEqual({
      code: 0,
      out: '',
      err: 'Nothing found in 1 file\n',
    });
    expect((await program.run([join(folder, 'b')])).code).toBe(1);
    expect((await program.run([], { cwd: folder })).code).toBe(1);
  });

  test('says of a finding where it is and under which names', async () => {
    const folder = await program.folder({ Dockerfile: BAD });
    const { out } = await program.run(['--format', 'json', 'Dockerfile'], { cwd: folder });
    expect(issues(out)).toMatchObject([
      {
        file: 'Dockerfile',
        line: 2,
        column: 1,
        endLine: 2,
        rule: 'MaintainerDeprecated',
        aliases: ['DL4000'],
        severity: 'error',
        url: 'https://docs.docker.com/reference/build-checks/maintainer-deprecated/',
        fixable: false,
      },
    ]);
    expect(Object.keys(issues(out)[0] ?? {})).toEqual(
      'file line column endLine endColumn rule aliases severity message url fixable'.split(' '),
    );
  });

  test('searches folders for every name of a Dockerfile', async () => {
    const names = [
      'Dockerfile',
      'Containerfile',
      'Dockerfile.dev',
      'api.Dockerfile',
      'x.dockerfile',
      'y.containerfile',
      'deep/er/dockerfile',
      '.devcontainer/Dockerfile',
    ];
    const others = [
      'node_modules/a/Dockerfile',
      '.git/Dockerfile',
      'Dockerfile.dockerignore',
      'README.md',
    ];
    const folder = await program.folder(
      Object.fromEntries([...names, ...others].map((name) => [name, BAD])),
    );
    const { out } = await program.run(['--format=json'], { cwd: folder });
    expect(issues(out).map(({ file }) => file)).toEqual(names.toSorted());
  });

  test('takes a file that is named whatever its name, once', async () => {
    const folder = await program.folder({ 'build.txt': BAD });
    const { out } = await program.run(['--format=json', 'build.txt', './build.txt'], {
      cwd: folder,
    });
    expect(issues(out)).toHaveLength(1);
  });

  test('follows no link round in a circle', async () => {
    const folder = await program.folder({ 'a/Dockerfile': BAD });
    await symlink('..', join(folder, 'a/up'));
    await symlink('nowhere', join(folder, 'a/Dockerfile.gone'));
    const { code, out, err } = await program.run(['--format=json'], { cwd: folder });
    expect({ code, files: issues(out).length, err }).toEqual({ code: 1, files: 1, err: '' });
  });

  test('reads standard input', async () => {
    const { code, out } = await program.run(['--format=json', '-'], { input: BAD });
    expect(code).toBe(1);
    expect(issues(out)).toMatchObject([{ file: '-', line: 2 }]);
    expect((await program.run(['-'], { input: '' })).code).toBe(1);
  });

  test('counts columns as editors do: without a byte order mark, in UTF-16 units', async () => {
    const input = '\uFEFFfrom scratch as b\nFROM b\nLABEL a="😀" b="c"\nCOPY "😀" $x /\n';
    const { out } = await program.run(['--format=json', '-'], { input });
    expect(issues(out)).toMatchObject([
      { rule: 'ConsistentInstructionCasing', line: 1, column: 1, endLine: 1, endColumn: 5 },
      { rule: 'UndefinedVar', line: 4, column: 11, endLine: 4, endColumn: 13 },
    ]);
  });

  test('ends with 2 when it cannot run', async () => {
    const folder = await program.folder({ 'bad.yaml': 'ignored: [\n', Dockerfile: BAD });
    for (const [args, said] of [
      [['nowhere'], 'nowhere: no such file or folder'],
      [['--format', 'xml'], "Unknown format 'xml': text, json, sarif or github"],
      [['--fail-on=fatal'], "Unknown level 'fatal'"],
      [['--nonsense'], "Unknown option '--nonsense'"],
      [['--format'], "'--format <value>' argument missing"],
      [['--format', ''], "Option '--format' is given an empty value. See"],
      [['--config', '', '.'], "Option '--config' is given an empty value"],
      [['--shellcheck=', '.'], "Option '--shellcheck' is given an empty value"],
      [['.', ''], 'A path is empty. See'],
      [['-', '-'], 'can be read once only'],
      [['--config', 'nowhere.yaml', '.'], 'nowhere.yaml: no such file or folder\n'],
      [['--config', '.', '.'], '.: is a folder\n'],
      [['--config', 'bad.yaml', '.'], 'bad.yaml:'],
      [['--context', 'nowhere', '.'], 'nowhere: no such file or folder'],
      [['--context', 'Dockerfile', '.'], 'Dockerfile: is no folder'],
    ] as const) {
      const { code, err } = await program.run(args, { cwd: folder });
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(err).toContain(said);
    }
  });

  test('takes what stands behind -- for paths, whatever it begins with', async () => {
    const folder = await program.folder({ '-x.Dockerfile': BAD });
    const { out } = await program.run(['--format=json', '--', '-x.Dockerfile'], { cwd: folder });
    expect(issues(out)).toMatchObject([{ file: '-x.Dockerfile' }]);
    const { code, err } = await program.run(['-x.Dockerfile'], { cwd: folder });
    expect({ code, err }).toEqual({
      code: 2,
      err: "stevedore-check: Unknown option '-x'; -- goes before a path that begins with a dash. See stevedore-check --help.\n",
    });
    expect((await program.run(['--help'])).out).toMatch(/^ {2}-- +\S/m);
  });

  test.runIf(process.platform === 'linux')(
    'says which names are not UTF-8, and checks the rest',
    async () => {
      const folder = await program.folder({ 'a.Dockerfile': BAD, '\ufffd.Dockerfile': BAD });
      const odd = (name: string) => Buffer.from(join(folder, name), 'latin1');
      await writeFile(odd('\xff.Dockerfile.txt'), BAD);
      await writeFile(odd('\xfe.Dockerfile'), BAD);
      await symlink('a.Dockerfile', odd('\xfd\xfd.Dockerfile'));
      await mkdir(odd('\xfc'));
      const { code, out, err } = await program.run(['--format=json', '.'], { cwd: folder });
      expect({ code, files: issues(out).map(({ file }) => file) }).toEqual({
        code: 2,
        files: ['a.Dockerfile', '\ufffd.Dockerfile'],
      });
      const why = 'not checked, for its name is not UTF-8';
      expect(err.trimEnd().split('\n').toSorted()).toEqual([
        `stevedore-check: \\ufffd.Dockerfile: ${why}`,
        `stevedore-check: \\ufffd: ${why}`,
        `stevedore-check: \\ufffd\\ufffd.Dockerfile: ${why}`,
      ]);
      const named = await program.run(['\ufffd\ufffd.Dockerfile'], { cwd: folder });
      expect(named).toMatchObject({
        code: 2,
        err: expect.stringContaining('no such file or folder, or its name is not UTF-8'),
      });
    },
  );

  test('checks the rest when one path cannot be read', async () => {
    const folder = await program.folder({ Dockerfile: BAD });
    const { code, out } = await program.run(['--format=json', 'nowhere', '.'], { cwd: folder });
    expect(code).toBe(2);
    expect(issues(out)).toHaveLength(1);
  });

  test('checks the text of a file whose ignore file cannot be read, and says which', async () => {
    const folder = await program.folder({ Dockerfile: BAD, '.dockerignore/a': '' });
    const { code, out, err } = await program.run(['--format=json', '.'], { cwd: folder });
    expect({ code, found: issues(out).length }).toEqual({ code: 2, found: 1 });
    expect(err).toMatch(
      /^stevedore-check: Dockerfile: reading the build context failed: \S+\/\.dockerignore: is a folder\n/,
    );
  });

  test('says so of a folder without any, and is content', async () => {
    const folder = await program.folder({ 'a.txt': '' });
    const { code, err } = await program.run([folder]);
    expect(code).toBe(0);
    expect(err).toContain('there is no Dockerfile in this folder');
  });

  test('fails from the level on that it is told', async () => {
    const folder = await program.folder({ Dockerfile: 'FROM debian:latest\nUSER me\n' });
    const codes = async (...args: string[]) =>
      (await program.run([...args, '.'], { cwd: folder })).code;
    expect(await codes('--fail-on', 'error')).toBe(0);
    expect(await codes('--fail-on', 'warning')).toBe(1);
    expect(await codes('--fail-on', 'info')).toBe(1);
    expect(await codes('--fail-on', 'none')).toBe(0);
    expect(await codes()).toBe(1);
  });

  test('takes comments that silence', async () => {
    const input = 'FROM scratch\n# check=skip=MaintainerDeprecated\nMAINTAINER me\n';
    const { out } = await program.run(['--format=json', '-'], { input });
    expect(issues(out)).toMatchObject([{ rule: 'DL4000', aliases: [] }]);
    const both = input.replace('MAINT', '# hadolint ignore=DL4000\nMAINT');
    // The first directive-like line stands below FROM, so it speaks of one instruction.
    expect(await program.run(['-'], { input: both })).toMatchObject({ code: 0, out: '' });
  });

  test('passes over templates in a folder, and checks them where they are named', async () => {
    const text = 'FROM {{ image }}\n{% if debug %}\nRUN x\n{% endif %}\n';
    const folder = await program.folder({ Dockerfile: CLEAN, 'Dockerfile.j2': text });
    expect(await program.run(['--fix', '.'], { cwd: folder })).toEqual({
      code: 0,
      out: '',
      err: 'stevedore-check: Dockerfile.j2: is a template, so not checked\nNothing found in 1 file\n',
    });
    for (const paths of [['Dockerfile.j2'], ['.', './Dockerfile.j2']]) {
      const { code, out } = await program.run(paths, { cwd: folder });
      expect(code).toBe(1);
      expect(out).toContain('Unknown instruction: {%');
    }
  });

  test('passes over what is no text in a folder, and refuses it where it is named', async () => {
    const folder = await program.folder({ Dockerfile: CLEAN });
    await writeFile(join(folder, 'Dockerfile.png'), Buffer.from('89504e470d0a1a0a00004948', 'hex'));
    expect(await program.run(['.'], { cwd: folder })).toEqual({
      code: 0,
      out: '',
      err: 'stevedore-check: Dockerfile.png: is no text, so not checked\nNothing found in 1 file\n',
    });
    const named = await program.run(['Dockerfile.png', '.'], { cwd: folder });
    expect(named.code).toBe(2);
    expect(named.err).toContain('stevedore-check: Dockerfile.png: is no text\n');
    const input = await program.run(['-'], { input: Buffer.from([0, 1, 2]) });
    expect({ code: input.code, err: input.err.split('\n')[0] }).toEqual({
      code: 2,
      err: 'stevedore-check: -: is no text',
    });
  });

  test('says of a file in UTF-16 that it has to be UTF-8', async () => {
    const folder = await program.folder({});
    await writeFile(join(folder, 'Dockerfile'), `\ufeff${BAD}`, 'utf16le');
    const { code, out, err } = await program.run(['.'], { cwd: folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Dockerfile: is UTF-16, which no builder reads: save it as UTF-8\n');
  });

  test('leaves bytes alone that are no text', async () => {
    const folder = await program.folder({});
    const bytes = Buffer.from('FROM scratch as x\n#\xff\n', 'latin1');
    await writeFile(join(folder, 'Dockerfile'), bytes);
    const { err } = await program.run(['--fix', '.'], { cwd: folder });
    expect(err).toContain('Dockerfile: not UTF-8, so not fixed');
    expect(await readFile(join(folder, 'Dockerfile'))).toEqual(bytes);
  });

  test('runs the ShellCheck that it finds or is told, which must be there when it is told', async () => {
    const input = 'FROM scratch\nRUN echo $nothing\n';
    const rules = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
      const { out } = await program.run(['--format=json', ...args, '-'], { input, env });
      return issues(out).map(({ rule, line, column }) => `${rule} ${line}:${column}`);
    };
    const PATH = process.env['PATH'];
    expect(await rules([], { PATH })).toContain('SC2154 2:10');
    expect((await rules(['--no-shellcheck'], { PATH })).join()).not.toContain('SC');
    const gone = await program.run(['--shellcheck=nowhere/shellcheck', '-'], { input });
    expect(gone).toMatchObject({ code: 2, out: '' });
    expect(gone.err).toContain('nowhere/shellcheck: no such file');
  }, 120_000);

  test('says how many RUNs it did not give to ShellCheck', async () => {
    const runs = Array.from({ length: 203 }, (_, index) => `RUN echo ${index}\n`);
    const folder = await program.folder({
      fake: `#!/bin/sh\necho '{"comments":[]}'\n`,
      Dockerfile: `FROM scratch\n${runs.join('')}`,
    });
    await chmod(join(folder, 'fake'), 0o755);
    const { err } = await program.run(['--shellcheck=./fake', 'Dockerfile'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
    });
    expect(err).toContain(
      'stevedore-check: Dockerfile: ShellCheck was given the first 200 RUNs; 3 more were left out\n',
    );
  }, 60_000);

  test('lists its rules, its version and its options', async () => {
    const rules = await program.run(['--rules']);
    expect(rules.code).toBe(0);
    expect(rules.out.trimEnd().split('\n')).toHaveLength(RULES.length);
    expect((await program.run(['--version'])).out).toMatch(/^stevedore-check \d+\.\d+\.\d+\n$/);
    const help = await program.run(['--help']);
    expect(help.out).toContain('--fail-on');
    expect(help.code).toBe(0);
  });

  test('finds its package where a link to it leads', async () => {
    const folder = await program.folder({});
    const path = join(folder, 'stevedore-check');
    await symlink(program.path, path);
    expect((await program.run(['--version'], { path })).out).toMatch(/\d\n$/);
  });
});
