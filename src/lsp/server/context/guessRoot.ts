import { dirname, relative } from 'node:path';
import { resolveInside } from './paths.ts';

/** Contexts are looked for no further up, in folders. */
const MOST_LEVELS = 8;
const MOST_SOURCES = 30;

/**
 * The folder that is likely a Dockerfile's build context, which no file says: the one of its own folder and those
 * above, up to the workspace's, in which most sources of COPY exist; its own where they are equal.
 * @param dockerfile absolute
 * @param folder the workspace's folder; undefined when the file is in none, which leaves its own
 * @param sources literal paths relative to the context
 */
export async function guessRoot(
  dockerfile: string,
  folder: string | undefined,
  sources: readonly string[],
): Promise<string> {
  const own = dirname(dockerfile);
  if (folder === undefined || relative(folder, own).startsWith('..')) return own;
  const asked = [...new Set(sources)].filter((path) => path !== '.').slice(0, MOST_SOURCES);
  let best = { root: own, found: 0 };
  let root = own;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const there = await Promise.all(asked.map((path) => resolveInside(root, path)));
    const found = there.filter((path) => path !== undefined).length;
    if (found > best.found) best = { root, found };
    if (root === folder || best.found === asked.length || dirname(root) === root) break;
    root = dirname(root);
  }
  return best.root;
}
