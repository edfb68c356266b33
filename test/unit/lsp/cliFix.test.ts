import { execFile } from 'node:child_process';
import { chmod, link, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Issue } from '../../../src/lsp/server/cli/report.ts';
import { run } from '../../../src/lsp/server/cli/run.ts';
import type { Program } from './support/program.ts';
import { buildProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => void (program = await buildProgram()));
afterAll(() => program.remove());

const dockerfile = async (text: string) =>
  join(await program.folder({ Dockerfile: text }), 'Dockerfile');
const issues = (out: string) => JSON.parse(out) as Issue[];

describe('stevedore-check --fix', () => {
  test('mends what is safe to mend, and nothing else', async () => {
    const text = '# a comment\r\nFROM scratch as x\r\nMAINTAINER  me\r\n';
    const folder = await program.folder({ Dockerfile: text });
    const { code, err } = await program.run(['--fix', '.'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toBe('1 finding fixed; 1 error in 1 file\n');
    const fixed = await readFile(join(folder, 'Dockerfile'), 'utf8');
    expect(fixed).toBe(text.replace(' as ', ' AS '));
    const again = await program.run(['--fix', '.'], { cwd: folder });
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(fixed);
    expect(again.err).toBe('1 error in 1 file\n');
  });

  test('writes the mended text of standard input to standard output', async () => {
    const { out, err, code } = await program.run(['--fix', '-'], {
      input: 'FROM scratch as x\nMAINTAINER me\n',
    });
    expect(out).toBe('FROM scratch AS x\nMAINTAINER me\n');
    expect(err).toContain('-:2:1: error MaintainerDeprecated');
    expect(code).toBe(1);
  });

  test('says what is found in a file that it may not write', async () => {
    let [out, err] = ['', ''];
    const source = 'FROM scratch as x\nMAINTAINER me\n';
    const code = await run(
      ['--fix', '--format=json', '--no-shellcheck', await dockerfile(source)],
      {
        env: {},
        isTerminal: () => false,
        columns: () => undefined,
        pages: 'file:///',
        version: () => '',
        out: (text) => (out += String(text)),
        err: (text) => (err += text),
        read: (path) => readFile(path),
        // A person who runs the tests as root may write everything.
        write: () => Promise.reject(Object.assign(new Error('EROFS'), { code: 'EROFS' })),
      },
    );
    expect(code).toBe(2);
    expect(issues(out).map(({ rule }) => rule)).toEqual(['FromAsCasing', 'MaintainerDeprecated']);
    expect(err).toMatch(/Dockerfile: writing the fixed text failed: is on a file system that/);
  });

  test('leaves a file whole that can be written in part only, and nothing beside it', async () => {
    const source = `FROM scratch as x\n${'# as long as a page\n'.repeat(20_000)}`;
    const file = await dockerfile(source);
    const script = `trap '' XFSZ; ulimit -f 64; exec "$@"`;
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((done) => {
      execFile(
        '/bin/sh',
        ['-c', script, 'sh', process.execPath, program.path, '--fix', '--no-shellcheck', file],
        (error, _, stderr) => done({ code: error?.code, stderr }),
      );
    });
    expect(stderr).toContain('writing the fixed text failed');
    expect(code).toBe(2);
    expect(await readFile(file, 'utf8')).toBe(source);
    expect(await readdir(dirname(file))).toEqual(['Dockerfile']);
  });

  test('mends what a link leads to, and keeps the link, other names and the rights', async () => {
    const file = await dockerfile('FROM scratch as x\n');
    const folder = await program.folder({});
    const [way, other] = [join(folder, 'Dockerfile'), join(folder, 'other')];
    await chmod(file, 0o640);
    await symlink(file, way);
    expect(await program.run(['--fix', way])).toMatchObject({ code: 0 });
    expect((await lstat(way)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('FROM scratch AS x\n');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    await writeFile(file, 'FROM scratch as y\n');
    await link(file, other);
    await program.run(['--fix', file]);
    expect(await readFile(other, 'utf8')).toBe('FROM scratch AS y\n');
  });
});
