import { posix } from 'node:path';
import { cleanPath, compileGlob, hasWildcards } from '../../../util/goPath.ts';
import type { Folder } from './folder.ts';
import { bytesOf } from './names.ts';

/**
 * Makes patterns of paths, as fsutil's FollowLinks does: each path, with wildcards or not, and where a part of it is a
 * link, that link and the path behind it, links never leading out of the folder. Undefined when everything is wanted.
 * Throws EngineError for what can't be read.
 */
export function followLinks(
  folder: Folder,
  paths: readonly string[],
  windows: boolean,
): readonly string[] | undefined {
  const resolved = new Set<string>();
  for (const path of paths) follow({ folder, resolved, windows }, path);
  const sorted = [...resolved].sort((one, other) => Buffer.compare(bytesOf(one), bytesOf(other)));
  return withoutNested(sorted);
}

interface Following {
  readonly folder: Folder;
  readonly resolved: Set<string>;
  readonly windows: boolean;
}

function follow(following: Following, path: string): void {
  const { resolved } = following;
  let current = '.';
  const parts = cleanPath(`./${path}`).split('/');
  for (let index = 0; index < parts.length; index++) {
    current = posix.join(current, parts[index] as string);
    const last = index === parts.length - 1;
    const targets = targetsOf(following, current);
    if (!last && !targets) continue;
    // A path that comes to a link once more ends here: what lies behind it is wanted already, or it leads in a circle.
    if (resolved.has(current)) return;
    resolved.add(current);
    const rest = parts.slice(index + 1);
    for (const target of targets ?? []) follow(following, [target, ...rest].join('/'));
    return;
  }
}

/** Where the links lead that a path stands for. Undefined when it stands for no link. */
function targetsOf({ folder, windows }: Following, path: string): readonly string[] | undefined {
  const directory = posix.dirname(path);
  const base = posix.basename(path);
  if (path === '..' || path.startsWith('../')) return undefined;
  const inside = directory === '.' ? '' : directory;
  if (!hasWildcards(windows ? base.replaceAll('\\', '\\\\') : base)) {
    const target = targetOf(folder, path);
    return target === undefined ? undefined : [target];
  }
  const matches = compileGlob(windows ? base.replaceAll('\\', '\\\\') : base);
  const targets: string[] = [];
  for (const name of inside === '' || isDirectory(folder, inside)
    ? (folder.list(inside)?.names ?? [])
    : []) {
    if (!matches?.(name)) continue;
    const target = targetOf(folder, inside === '' ? name : `${inside}/${name}`);
    if (target !== undefined) targets.push(target);
  }
  return targets.length > 0 ? targets : undefined;
}

function isDirectory(folder: Folder, path: string): boolean {
  return folder.stat(path)?.isDirectory() ?? false;
}

function targetOf(folder: Folder, path: string): string | undefined {
  if (path === '.' || !folder.stat(path)?.isSymbolicLink()) return undefined;
  const link = folder.link(path);
  if (link === undefined) return undefined;
  const cleaned = cleanPath(link);
  // Beyond the folder there is nothing: `..` stays in it, and `/` is the folder.
  return cleaned.startsWith('/') ? cleaned : cleanPath(`/${posix.dirname(path)}/${cleaned}`);
}

/**
 * Leaves out sorted paths that lie in others; undefined when the folder itself is among them. Like fsutil's it leaves
 * out what begins with a slash, too.
 */
export function withoutNested(paths: readonly string[]): readonly string[] | undefined {
  const kept: string[] = [];
  let last = '';
  for (const path of paths) {
    if (path === '.') return undefined;
    if (path.startsWith(`${last}/`)) continue;
    kept.push(path);
    last = path;
  }
  return kept;
}
