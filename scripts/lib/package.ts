import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extensionPage } from './extensionPage.ts';
import { run } from './run.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the package is made of: files and whole directories. */
const SOURCES = [
  'src',
  'syntaxes',
  'images',
  'docs/rules',
  'docs/start',
  'docs/language-server.md',
  'package.json',
  'package-lock.json',
  'package.nls.json',
  'esbuild.mjs',
  'scripts/bundle',
  'scripts/lib/extensionPage.ts',
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
  const stage = mkdtempSync(join(tmpdir(), 'stevedore-package-'));
  try {
    for (const name of ['.vscodeignore', ...packed()])
      cpSync(join(ROOT, name), join(stage, name), { recursive: true });
    const page = extensionPage(readFileSync(join(ROOT, 'README.md'), 'utf8'));
    writeFileSync(join(stage, 'README.md'), page);
    await run(
      process.execPath,
      [
        join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce'),
        'package',
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
        `--out=${vsix}`,
      ],
      { cwd: stage, title: 'Packaging Stevedore' },
    );
  } finally {
    rmSync(stage, { recursive: true });
  }
  writeFileSync(mark, sources);
  return vsix;
}

/** What .vscodeignore lets into the package: files, and folders for the files in them that it names by a pattern. */
function packed(): Set<string> {
  const lines = readFileSync(join(ROOT, '.vscodeignore'), 'utf8').split('\n');
  const names = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  return new Set(names.map((name) => (name.includes('*') ? dirname(name) : name)));
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
