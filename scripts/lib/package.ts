import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the package is made of: files and whole directories. */
const SOURCES = [
  'src',
  'syntaxes',
  'images',
  'docs/rules',
  'docs/start',
  'package.json',
  'package-lock.json',
  'package.nls.json',
  'esbuild.mjs',
  'scripts/bundle',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
];

/**
 * Builds dist/ and stevedore.vsix, unless both are there and made from the same sources.
 * @returns path of the package.
 * @throws CommandError when a step fails.
 */
export async function packageExtension(): Promise<string> {
  const vsix = join(ROOT, 'stevedore.vsix');
  const mark = join(ROOT, 'dist', '.sources');
  const sources = hashOf(SOURCES.map((name) => join(ROOT, name)));
  if (existsSync(vsix) && existsSync(mark) && readFileSync(mark, 'utf8') === sources) return vsix;
  await run(process.execPath, ['esbuild.mjs'], { cwd: ROOT, title: 'Building Stevedore' });
  await run(
    process.execPath,
    [
      join('node_modules', '@vscode', 'vsce', 'vsce'),
      'package',
      '--no-dependencies',
      '--allow-missing-repository',
      // There is no address yet at which the README's pictures could be found.
      '--no-rewrite-relative-links',
      `--out=${vsix}`,
    ],
    { cwd: ROOT, title: 'Packaging Stevedore' },
  );
  writeFileSync(mark, sources);
  return vsix;
}

/** Hash over the names and contents of files, directories taken with all that is in them. */
export function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(path)) {
      hash
        .update(`${relative(ROOT, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
