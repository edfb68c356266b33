import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../../../util/absent.ts';
import { kindOf } from '../../../util/contextFiles.ts';
import { demandFile } from '../../../util/demandFile.ts';
import { reasonOf } from '../../../util/reasonOf.ts';
import type { FileKind } from '../../../util/contextFiles.ts';

/** As many links may a path go through, as in the kernel. */
const MOST_LINKS = 40;

/** The text of a file; undefined when there is none. Throws an Error that says which one can't be read, and why. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    await demandFile(path);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new Error(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * What stands at a path of a tree, its symbolic links followed as if `root` were the root of the file system: an
 * absolute link starts there, and `..` leads no higher. That is how BuildKit reads a context, and it never leaves it.
 * Undefined when nothing is there, or links go round. Throws what reading throws otherwise.
 */
export async function resolveInside(
  root: string,
  path: string,
): Promise<{ readonly path: string; readonly kind: FileKind } | undefined> {
  const ahead = path.split('/').reverse();
  let at: string[] = [];
  let kind: FileKind = 'directory';
  for (let links = 0; ahead.length > 0;) {
    const part = ahead.pop() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      at.pop();
      kind = 'directory';
      continue;
    }
    if (kind !== 'directory') return undefined;
    const here = [...at, part].join('/');
    try {
      kind = kindOf(await lstat(join(root, here)));
      if (kind === 'link') {
        if (++links > MOST_LINKS) return undefined;
        const target = (await readlink(join(root, here))).replaceAll('\\', '/');
        if (target.startsWith('/')) at = [];
        ahead.push(...target.split('/').reverse());
        kind = 'directory';
      } else at.push(part);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
  return { path: at.join('/') || '.', kind };
}
