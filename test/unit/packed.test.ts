import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCheck } from '../../scripts/bundle/check.mjs';

const execute = promisify(execFile);
let folder: string;
const inPackage = (path: string) => join(folder, 'package', path);

/** The package as npm packs it, unpacked. What is made of much source for the editor only is an empty file. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-packed-'));
  const from = join(folder, 'from');
  await mkdir(join(from, 'dist', 'webviews'), { recursive: true });
  await bundleCheck(join(from, 'dist'));
  for (const name of ['server.cjs', 'extension.cjs', 'webviews/logs.js'])
    await writeFile(join(from, 'dist', name), '');
  for (const name of ['.npmignore', '.npmrc', 'README.md', 'LICENSE', 'docs', 'src/util'])
    await cp(name, join(from, name), { recursive: true });
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as object;
  await writeFile(join(from, 'package.json'), JSON.stringify({ ...manifest, scripts: {} }));
  const { stdout } = await execute('npm', ['pack', '--pack-destination', folder], { cwd: from });
  await execute('tar', ['-xf', stdout.trim()], { cwd: folder });
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe('the package of npm', () => {
  it('has the programs, what they load, and the pages of rules', async () => {
    expect((await readdir(inPackage('dist'))).toSorted()).toEqual([
      'server.cjs',
      'stevedore-check.cjs',
      'yaml.cjs',
    ]);
    expect((await readdir(inPackage('docs'))).toSorted()).toEqual(['language-server.md', 'rules']);
    expect(await readdir(inPackage('.'))).not.toContain('src');
  });

  it('checks by a configuration of hadolint', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM alpine:3.20\nUSER root\n');
    await writeFile(join(folder, '.hadolint.yaml'), 'ignored: [DL3002, DL3066]\n');
    const program = inPackage('dist/stevedore-check.cjs');
    const { stderr } = await execute(process.execPath, [program, 'Dockerfile'], { cwd: folder });
    expect(stderr).toBe('Nothing found in 1 file\n');
  });
});
