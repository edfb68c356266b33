import { lstat, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDockerfileName } from '../../../util/dockerfileNames.ts';
import { reasonOf } from '../../../util/reasonOf.ts';

/** Never searched: what stands there is others'. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** Something that can't be read, with what to tell the person. */
interface Unreadable {
  readonly path: string;
  readonly why: string;
}

export interface Found {
  /** Each once, in the order of the paths given and sorted within a folder; `-` stays. */
  readonly files: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Folders given that hold no Dockerfile. */
  readonly empty: readonly string[];
}

/**
 * The files that paths stand for: a file is taken whatever its name, a folder is searched for Dockerfiles in all of its
 * folders. Links inside of a folder are taken when they lead to a file, and not followed into folders: these could
 * lead round in a circle.
 */
export async function findFiles(paths: readonly string[]): Promise<Found> {
  // By what they are, since `Dockerfile` and `./Dockerfile` are one.
  const files = new Map<string, string>();
  const add = (file: string) => {
    const key = file === '-' ? file : resolve(file);
    if (!files.has(key)) files.set(key, file);
  };
  const unreadable: Unreadable[] = [];
  const empty: string[] = [];
  for (const path of paths) {
    if (path === '-') add(path);
    else {
      try {
        if ((await stat(path)).isDirectory()) {
          const inside = await search(path, unreadable);
          if (inside.length === 0) empty.push(path);
          for (const file of inside) add(file);
        } else add(path);
      } catch (error) {
        const doubt = path.includes(NOT_UTF8) ? ', or its name is not UTF-8' : '';
        unreadable.push({ path, why: reasonOf(error) + doubt });
      }
    }
  }
  return { files: [...files.values()], unreadable, empty };
}

/** What stands in a name for each byte of it that is not UTF-8: by such a name nothing can be opened. */
const NOT_UTF8 = '\ufffd';

async function search(folder: string, unreadable: Unreadable[]): Promise<string[]> {
  const found: string[] = [];
  // By a list of what is still to do instead of recursion, so that depth costs nothing.
  const folders = [folder];
  for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
    try {
      const seen = new Set<string>();
      for (const entry of await readdir(current, { withFileTypes: true })) {
        const path = join(current, entry.name);
        const isFolder = entry.isDirectory() && !SKIPPED.has(entry.name);
        if (!isFolder && (entry.isDirectory() || !isDockerfileName(entry.name))) continue;
        if (seen.has(entry.name) || !(await isOpenable(path)))
          unreadable.push({ path, why: 'not checked, for its name is not UTF-8' });
        else if (isFolder) folders.push(path);
        else if (entry.isFile() || (await leadsToFile(path))) found.push(path);
        seen.add(entry.name);
      }
    } catch (error) {
      unreadable.push({ path: current, why: reasonOf(error) });
    }
  }
  return found.sort();
}

/** Whether a path that a folder told of names what it is the path of. */
async function isOpenable(path: string): Promise<boolean> {
  if (!path.includes(NOT_UTF8)) return true;
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

async function leadsToFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // A link that leads nowhere: no file that could be checked.
    return false;
  }
}
