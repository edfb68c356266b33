import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isDockerfileName } from '../../src/util/dockerfileNames.ts';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
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
    for (const { entry, language } of hooks) {
      expect(language).toBe('node');
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
    'Dockerfiles',
    'docker-compose.yml',
    'Makefile',
  ])('takes %s for what the program takes it for', (name) => {
    for (const hook of hooks)
      for (const path of [name, `some/folder/${name}`])
        expect(expression(hook.files).test(path) && !expression(hook.exclude).test(path)).toBe(
          isDockerfileName(name),
        );
  });

  it('can be installed: packing builds the programs, and prints the name of the archive alone', async () => {
    expect(manifest.scripts['prepack']).toContain('esbuild');
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-pack-'));
    try {
      await copyFile(file('.npmrc'), join(folder, '.npmrc'));
      const scripts = { prepack: 'echo built > built.txt' };
      await writeFile(
        join(folder, 'package.json'),
        JSON.stringify({ name: 'packed', version: '1.0.0', scripts }),
      );
      const { stdout } = await promisify(execFile)('npm', ['pack'], { cwd: folder });
      expect(stdout).toBe('packed-1.0.0.tgz\n');
      expect(await readFile(join(folder, 'built.txt'), 'utf8')).toBe('built\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
