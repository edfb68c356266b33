import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isDockerfileName, isTemplateName } from '../../src/util/dockerfileNames.ts';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly types: readonly string[];
  readonly files: string;
  readonly exclude: string;
}

const hooks = parse(await readFile(file('.pre-commit-hooks.yaml'), 'utf8')) as Hook[];
const manifest = JSON.parse(await readFile(file('package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};

/** pre-commit's expressions are Python's: an option at the front is for the whole of it. */
const expression = (text: string) => new RegExp(text.replace(/^\(\?i\)/, ''), 'i');

describe('pre-commit’s hooks', () => {
  it('run programs of the package', () => {
    expect(hooks.map(({ id }) => id)).toEqual(['stevedore-check', 'stevedore-check-fix']);
    for (const { entry, language, types } of hooks) {
      expect(language).toBe('node');
      // A picture whose name is like a Dockerfile's is not to stop a commit.
      expect(types).toEqual(['text']);
      expect(Object.keys(manifest.bin)).toContain(entry.split(' ')[0]);
    }
  });

  it.each([
    'Dockerfile',
    'dockerfile',
    'Containerfile',
    'Dockerfile.dev',
    'api.Dockerfile',
    'api.containerfile',
    'Dockerfile.dockerignore',
    'Dockerfile.dev.dockerignore',
    'Dockerfile.j2',
    'Dockerfile.template',
    'Dockerfile.in',
    'Dockerfile.india',
    'Dockerfiles',
    'docker-compose.yml',
    'Makefile',
  ])('takes %s for what the program takes it for', (name) => {
    for (const hook of hooks)
      for (const path of [name, `some/folder/${name}`])
        expect(expression(hook.files).test(path) && !expression(hook.exclude).test(path)).toBe(
          isDockerfileName(name) && !isTemplateName(name),
        );
  });

  describe('can be installed', () => {
    let folder: string;
    const run = (program: string, ...args: string[]) =>
      promisify(execFile)(program, args, { cwd: folder });

    /** A package that is built as this one is, but of less. */
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'stevedore-pack-'));
      const { prepare } = manifest.scripts;
      const described = {
        name: 'packed',
        version: '1.0.0',
        scripts: { prepare },
        devDependencies: { esbuild: 'file:builder' },
      };
      const files = {
        'package.json': JSON.stringify(described),
        '.gitignore': 'node_modules\nbuilt.txt\n',
        '.npmignore': '/*\n!/built.txt\n',
        'builder/package.json': '{ "name": "esbuild", "version": "1.0.0", "main": "main.js" }',
        'builder/main.js': "module.exports = 'built';\n",
        'esbuild.mjs':
          "import { writeFileSync } from 'node:fs';\nimport text from 'esbuild';\nwriteFileSync('built.txt', text);\n",
      };
      await mkdir(join(folder, 'builder'));
      await mkdir(join(folder, 'scripts'));
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      for (const name of ['.npmrc', 'scripts/prepare.mjs'])
        await copyFile(file(name), join(folder, name));
      await run('npm', 'install', '--package-lock-only', '--ignore-scripts');
    }, 60_000);
    afterAll(() => rm(folder, { recursive: true }));

    it('from a repository of git, as pre-commit 4.6 and npx do', async () => {
      const as = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
      for (const args of [
        ['init', '-q'],
        ['add', '.'],
        [...as, 'commit', '-qm', 'a'],
      ])
        await run('git', ...args);
      const into = join(folder, 'installed');
      const given = ['--install-links', '-g', '--prefix', into, `git+file://${folder}`];
      await run('npm', 'install', ...given);
      const built = join(into, 'lib', 'node_modules', 'packed', 'built.txt');
      expect(await readFile(built, 'utf8')).toBe('built');
    }, 60_000);

    it('by packing, which prints the name of the archive alone', async () => {
      const { stdout } = await run('npm', 'pack');
      expect(stdout).toBe('packed-1.0.0.tgz\n');
      expect(await readFile(join(folder, 'built.txt'), 'utf8')).toBe('built');
    }, 60_000);
  });
});
