import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Program } from './support/program.ts';
import { buildProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => void (program = await buildProgram()));
afterAll(() => program.remove());

/** One finding, which both tools know. */
const BAD = 'FROM scratch\nMAINTAINER me\n';
/** One finding of the least level. */
const STYLE = 'FROM scratch\nLABEL A=1\n';

describe('the configurations of stevedore-check', () => {
  test('takes the configuration of each file, one that is named, and the environment', async () => {
    const folder = await program.folder({
      'a/Dockerfile': BAD,
      'a/.hadolint.yaml': 'ignored: [DL4000, MaintainerDeprecated]\n',
      'b/Dockerfile': BAD,
      'c/Dockerfile': BAD,
      'c/.hadolint.yaml': 'no-fail: true\n',
      'e/Dockerfile': STYLE,
      'f/Dockerfile': STYLE,
      'f/.hadolint.yaml': 'failure-threshold: none\n',
      'd/Dockerfile': BAD,
      'd/.hadolint.yaml': 'ignored: 7\n',
    });
    const run = (...args: string[]) => program.run(args, { cwd: folder });
    expect((await run('a')).code).toBe(0);
    expect((await run('b')).code).toBe(1);
    expect((await run('c')).code).toBe(0);
    expect((await run('c', '--fail-on=error')).code).toBe(1);
    expect((await run('e')).code).toBe(0);
    // Nothing is below this bar.
    expect((await run('f')).code).toBe(1);
    expect((await run('f', '--fail-on=none')).code).toBe(0);
    expect(await run('d')).toMatchObject({ code: 2, out: '' });
    expect((await run('b', '--config', 'a/.hadolint.yaml')).code).toBe(0);
    const env = { HADOLINT_IGNORE: 'DL4000,MaintainerDeprecated' };
    expect((await program.run(['b'], { cwd: folder, env })).code).toBe(0);
  });

  test('says once what in a configuration counts for nothing, and goes on as hadolint does', async () => {
    const folder = await program.folder({
      'a/Dockerfile': BAD,
      'a/b.Dockerfile': BAD,
      'a/.hadolint.yaml': 'x-owner: me\nignored: [DL4000, MaintainerDeprecated]\n',
    });
    const { code, err } = await program.run(['a'], { cwd: folder });
    expect(code).toBe(0);
    expect(err.match(/\.hadolint\.yaml:1:1: hadolint has no setting "x-owner"/g)).toHaveLength(1);
  });

  test('says once what is wrong in one, and which files are not checked for that', async () => {
    const folder = await program.folder({
      '.hadolint.yaml': 'ignored: 7\n',
      'a/Dockerfile': BAD,
      'b/Dockerfile': BAD,
      'c/Dockerfile': BAD,
      'c/.hadolint.yaml': '{}\n',
      'd/Dockerfile': BAD,
      'd/.hadolint.yaml': 'no-fail: 7\n',
    });
    const { code, out, err } = await program.run(['--format=github'], { cwd: folder });
    expect(code).toBe(2);
    expect(out).toMatch(/^::error file=c\/Dockerfile,[^\n]*\n$/);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(
        /^stevedore-check: \S+\.hadolint\.yaml:1:10: Expected ignored to be a list, such as \[…\]\. Not checked: a\/Dockerfile and 1 more$/,
      ),
      expect.stringMatching(/yaml:1:10: .*\. Not checked: d\/Dockerfile$/),
      '',
    ]);
  });
});
