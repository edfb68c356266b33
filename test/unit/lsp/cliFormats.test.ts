import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../../src/lsp/server/cli/escape.ts';
import { formatText, PLAIN } from '../../../src/lsp/server/cli/formatText.ts';
import type { Issue } from '../../../src/lsp/server/cli/report.ts';
import type { Program } from './support/program.ts';
import { buildProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => void (program = await buildProgram()));
afterAll(() => program.remove());

const BAD = 'FROM scratch\nMAINTAINER me\n';

describe('text', () => {
  test('shows place, level, names and the words concerned', async () => {
    const { out } = await program.run(['-'], { input: BAD });
    expect(out.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^-:2:1: error MaintainerDeprecated \(DL4000\): ./),
      '    2 | MAINTAINER me',
      expect.stringMatching(/^ {6}\| \^+$/),
    ]);
  });

  test('names the line of the words it shows, and in JSON the line that the builder names', async () => {
    const input = 'FROM debian:12\nRUN true \\\n\n  && true\n';
    const [head = '', excerpt = ''] = (await program.run(['-'], { input })).out.split('\n');
    const json = (await program.run(['-', '--format=json'], { input })).out;
    const issue = (JSON.parse(json) as { line: number; rule: string }[]).find(
      ({ rule }) => rule === 'NoEmptyContinuation',
    );
    expect(issue?.line).toBe(4);
    expect(head).toMatch(/^-:3:1: warning NoEmptyContinuation/);
    expect(excerpt).toBe('    3 | ');
  });

  test('is in the order of the places it names, file by file', async () => {
    // The builder names the last line of the RUN, a line below what is wrong in it.
    const text = 'FROM debian:12\nRUN true \\\n\n  && cd /x \\\n  && sudo true\nMAINTAINER me\n';
    const folder = await program.folder({ 'b/Dockerfile': text, 'a/Dockerfile': text });
    const { out } = await program.run(['b', 'a'], { cwd: folder });
    const places = Array.from(out.matchAll(/^(\w)\/Dockerfile:(\d+):(\d+): /gm), (found) => ({
      file: found[1],
      at: Number(found[2]) * 1000 + Number(found[3]),
    }));
    const [first, second] = ['b', 'a'].map((file) =>
      places.filter((place) => place.file === file).map(({ at }) => at),
    );
    expect(places.map(({ file }) => file).join('')).toMatch(/^b{3,}a{3,}$/);
    expect(first).toEqual(first?.toSorted((a, b) => a - b));
    expect(second).toEqual(first);
  });

  test('marks words behind tabs and wide letters', async () => {
    const input = 'FROM scratch\nCOPY\t漢字 /a\nMAINTAINER\t漢 me\n';
    const { out } = await program.run(['-'], { input });
    expect(out).toContain('    3 | MAINTAINER    漢 me\n');
  });

  test('lets no terminal obey what stands in a file or its name', async () => {
    const hostile = '\x1b]0;owned\x07\x1b[31m\u202e\u200b';
    const folder = await program.folder({
      [`Dockerfile.${hostile}`]: `FROM scratch\nMAINTAINER ${hostile}\n`,
    });
    const { out, err } = await program.run(['.', `no\nwhere${hostile}`], { cwd: folder });
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/);
    expect(out).toContain(String.raw`Dockerfile.\x1b]0;owned\x07\x1b[31m\u202e\u200b:2:1:`);
    expect(err).toContain(String.raw`no\nwhere\x1b`);
  });

  test('is coloured where it is asked for only', async () => {
    const coloured = async (env: NodeJS.ProcessEnv) =>
      (await program.run(['-'], { input: BAD, env })).out.includes('\x1b[');
    expect(await coloured({})).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured({ FORCE_COLOR: '0' })).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  test('cuts long lines around the words concerned', async () => {
    const input = `FROM scratch\nMAINTAINER ${'x'.repeat(100_000)}\n`;
    const { out } = await program.run(['-'], { input });
    expect(out.split('\n')[1]).toMatch(/^ {4}2 \| MAINTAINER x+…$/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(400);
  });
});

test('a line is cut to the terminal, so that the mark stays below its words', async () => {
  const input = `FROM scratch\nRUN ${'echo hello; '.repeat(4)}cd /there\n`;
  const { out } = await program.run(['--format=json', '-'], { input });
  const issue = (JSON.parse(out) as Issue[]).find(({ rule }) => rule === 'DL3003');
  if (!issue) throw new Error(`no DL3003 in ${out}`);
  const text = input.split('\n')[1] ?? '';
  const [from, to] = [text.indexOf('cd'), text.length];
  const shown = [{ issue, excerpt: { line: 2, text, from, to } }];
  const drawn = (columns: number) =>
    formatText({ shown, files: 1 }, PLAIN, columns).split('\n').slice(1, 3);
  for (const columns of [40, 60, 80, 200]) {
    const [line = '', mark = ''] = drawn(columns);
    expect(Math.max(line.length, mark.length)).toBeLessThanOrEqual(columns);
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('cd /there');
  }
  expect(drawn(200)[0]).toBe(`    2 | ${text}`);
  expect(drawn(1)[0]).toMatch(/^ {4}2 \| ….{20}$/);
});

test.each([
  ['tabs', '\t'.repeat(8)],
  ['wide letters', '漢字'.repeat(30)],
  ['what is escaped', '\u202e\u200b'.repeat(30)],
  ['pairs of surrogates', '𝒳'.repeat(70)],
  ['marks', 'e\u0301'.repeat(70)],
])('a line with %s takes no more cells than the terminal has', async (_, filler) => {
  const input = 'FROM scratch\nMAINTAINER me\n';
  const { out } = await program.run(['--format=json', '-'], { input });
  const [issue] = JSON.parse(out) as Issue[];
  if (!issue) throw new Error(`nothing found in ${out}`);
  const text = `${filler}WORDS${filler}`;
  const [from, to] = [filler.length, filler.length + 'WORDS'.length];
  for (const columns of [30, 60, 61, 80]) {
    const shown = [{ issue, excerpt: { line: 2, text, from, to } }];
    const drawn = formatText({ shown, files: 1 }, PLAIN, columns);
    const [line = '', mark = ''] = drawn.split('\n').slice(1, 3);
    expect(widthOf(line)).toBeLessThanOrEqual(columns);
    expect(widthOf(line.slice(0, line.indexOf('WORDS')))).toBe(mark.indexOf('^'));
    expect(line).not.toMatch(/\\ud[89a-f]/);
  }
});

describe('github', () => {
  test('is a workflow command for each finding', async () => {
    const folder = await program.folder({ 'a,b:c%/Dockerfile': BAD });
    const { out } = await program.run(['--format=github'], { cwd: folder });
    expect(out).toMatch(
      /^::error file=a%2Cb%3Ac%25\/Dockerfile,line=2,endLine=2,col=1,endColumn=\d+,title=MaintainerDeprecated%2C DL4000::[^\n]+\n$/,
    );
  });
});

test('paths stand in logs for other programs without detours', async () => {
  const folder = await program.folder({ 'a/Dockerfile': BAD });
  const written = async (format: string, path: string) =>
    (await program.run([`--format=${format}`, path], { cwd: folder })).out;
  for (const path of ['./a/Dockerfile', 'a/../a//Dockerfile', './a', '././a/.']) {
    expect(await written('github', path)).toContain('file=a/Dockerfile,');
    expect(await written('sarif', path)).toContain('"uri": "a/Dockerfile"');
  }
  expect(await written('json', './a/Dockerfile')).toContain('"file": "./a/Dockerfile"');
});

test('paths begin where GitHub counts them from, wherever the program runs', async () => {
  const folder = await program.folder({ 'repo/app/Dockerfile': BAD, 'other/Dockerfile': BAD });
  const env = { GITHUB_WORKSPACE: join(folder, 'repo') };
  const written = async (format: string, path: string) =>
    (await program.run([`--format=${format}`, path], { cwd: join(folder, 'repo/app'), env })).out;
  expect(await written('github', '.')).toContain('file=app/Dockerfile,');
  expect(await written('sarif', '.')).toContain('"uri": "app/Dockerfile"');
  expect(await written('github', '../../other')).toContain('file=../../other/Dockerfile,');
  expect(await written('json', '.')).toContain('"file": "Dockerfile"');
});

describe('sarif', () => {
  test('is a log of one run, its rules and results', async () => {
    const folder = await program.folder({ 'a b/Dockerfile': BAD });
    const { out } = await program.run(['--format=sarif'], { cwd: folder });
    const log = JSON.parse(out) as { runs: { results: { ruleIndex: number }[] }[] };
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          columnKind: 'utf16CodeUnits',
          tool: {
            driver: {
              name: 'stevedore-check',
              rules: [
                {
                  id: 'MaintainerDeprecated',
                  helpUri: 'https://docs.docker.com/reference/build-checks/maintainer-deprecated/',
                },
              ],
            },
          },
          results: [
            {
              ruleId: 'MaintainerDeprecated',
              ruleIndex: 0,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'a%20b/Dockerfile' },
                    region: { startLine: 2, startColumn: 1, endLine: 2 },
                  },
                },
              ],
              properties: { aliases: ['DL4000'] },
            },
          ],
        },
      ],
    });
  });

  test('is whole when nothing is found', async () => {
    const { out, code } = await program.run(['--format=sarif', '-'], { input: 'FROM scratch\n' });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ runs: [{ results: [] }] });
  });
});

describe('as a program', () => {
  test('does not mind a reader that has seen enough', async () => {
    const command = `node ${program.path} --rules | head -n 1`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command]);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });

  test('waits for a reader that is slower than it, on a pipe that does not', async () => {
    const nonblocking = `perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK) or die'`;
    const check = `node ${program.path} --format=sarif a b c d e f g h`;
    const folder = await program.folder(
      Object.fromEntries(
        'abcdefgh'.split('').map((name) => [name, 'FROM a\nMAINTAINER b\n'.repeat(99)]),
      ),
    );
    const command = `(${nonblocking}; ${check}) | (sleep 1; cat)`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
      cwd: folder,
      maxBuffer: 100_000_000,
    });
    expect(stderr).toBe('');
    expect(stdout.length).toBeGreaterThan(200_000);
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0' });
  });

  test('fails with a sentence when what it finds can not be written', async () => {
    const command = `printf 'FROM scratch\\nMAINTAINER me\\n' | node ${program.path} - >/dev/full; echo $?`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command]);
    expect(stdout).toBe('2\n');
    expect(stderr).toContain('stevedore-check: standard output: no space left on the device\n');
    expect(stderr).not.toContain('at ');
  });

  test('keeps its exit code when nobody reads what it says', async () => {
    const folder = await program.folder({});
    const checks = `(sleep 0.2; node ${program.path} nowhere; echo $? >code)`;
    await promisify(execFile)('sh', ['-c', `${checks} 2>&1 | true`], { cwd: folder });
    expect(await readFile(join(folder, 'code'), 'utf8')).toBe('2\n');
  });

  test('starts at once', async () => {
    const folder = await program.folder({
      // Processor time, so that what else the machine does doesn't count; in milliseconds.
      'usage.cjs': `process.on('exit', () => {
        const { user, system } = process.cpuUsage();
        require('node:fs').writeSync(2, '\\n' + (user + system) / 1000);
      });`,
      Dockerfile: 'FROM scratch\n',
    });
    const time = async (...args: readonly string[]) => {
      const command = ['--require', join(folder, 'usage.cjs'), ...args];
      const { stderr } = await promisify(execFile)(process.execPath, command, { cwd: folder });
      return Number(stderr.split('\n').at(-1));
    };
    // A busy machine makes both slower: what counts is how many times as long as Node itself it takes.
    let [bare, whole] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < 25 && !(whole < bare * 4); round++) {
      bare = Math.min(bare, await time('-e', '0'));
      whole = Math.min(whole, await time(program.path, '.'));
    }
    expect(whole).toBeLessThan(bare * 4);
  });
});
