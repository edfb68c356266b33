import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { parseDockerignore } from '../util/dockerignore.ts';
import { filesError } from './files.ts';

/** What one ignore file says of a file. */
export interface Verdict {
  /** Absolute. */
  readonly ignoreFile: string;
  /** The file's path relative to the ignore file's folder, with `/` between its parts. */
  readonly path: string;
  readonly ignored: boolean;
  /** The pattern that had the last word, its line from 1; undefined when none is about the file. */
  readonly by: { readonly text: string; readonly line: number } | undefined;
}

/** Folders are looked through no further up. */
const MOST_LEVELS = 32;

/**
 * What each ignore file says of a file or folder, whose own folder or one above it is the ignore file's: the nearest
 * first, up to `top`. Throws EngineError when a folder or an ignore file can't be read.
 */
export async function explainIgnored(file: string, top: string): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let folder = dirname(file);
  for (let level = 0; level < MOST_LEVELS; level++) {
    const inside = relative(top, folder);
    if (inside.startsWith('..')) break;
    for (const name of await ignoreFilesIn(folder)) {
      const ignoreFile = join(folder, name);
      const text = await read(ignoreFile);
      const path = relative(folder, file).split(sep).join('/');
      const { ignored, by } = parseDockerignore(text).decide(path);
      const why = by && { text: by.text, line: by.line + 1 };
      verdicts.push({ ignoreFile, path, ignored, by: why });
    }
    if (inside === '' || dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  return verdicts;
}

async function ignoreFilesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.dockerignore')).sort();
  } catch (error) {
    throw filesError(error, `${folder} could not be read`);
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw filesError(error, `${file} could not be read`);
  }
}
