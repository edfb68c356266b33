import { FILE } from './layerFiles.ts';
import type { ReadImage } from './manifest.ts';
import type { SizedStack } from './stack.ts';

/** An image with all of its layers on top of each other. */
export interface WholeImage {
  readonly image: ReadImage;
  readonly stack: SizedStack;
}

/** A path that differs between two images. */
export interface PathDifference {
  readonly path: string;
  readonly what: 'added' | 'removed' | 'changed';
  /** Bytes before and after; 0 where it isn't there. */
  readonly before: number;
  readonly after: number;
  /** Files in it: more than one for a directory that only one of the images has. */
  readonly files: number;
  /** What of it differs, where both have it. */
  readonly differs: readonly ('content' | 'type' | 'mode' | 'owner' | 'link')[];
}

/** Paths that differ, in the order of their names; a directory that only one of them has stands for all that is in it. */
export function comparePaths(before: WholeImage, after: WholeImage): PathDifference[] {
  const found: PathDifference[] = [];
  const rest: [number, number][] = [[0, 0]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [a, b] = next;
    if (a < 0 || b < 0) {
      const [{ image, stack }, node] = a < 0 ? [after, b] : [before, a];
      const size = stack.size[node] ?? 0;
      found.push({
        path: image.tree.path(node),
        what: a < 0 ? 'added' : 'removed',
        before: a < 0 ? 0 : size,
        after: a < 0 ? size : 0,
        files: stack.files[node] ?? 0,
        differs: [],
      });
      continue;
    }
    const differs = differences(before, a, after, b);
    const areFolders = before.stack.isDirectory(a) && after.stack.isDirectory(b);
    if (differs.length > 0)
      found.push({
        path: before.image.tree.path(a),
        what: 'changed',
        // What is in directories stands for itself.
        before: areFolders ? 0 : (before.stack.size[a] ?? 0),
        after: areFolders ? 0 : (after.stack.size[b] ?? 0),
        files: 1,
        differs,
      });
    if (areFolders) for (const pair of pairs(before, a, after, b)) rest.push(pair);
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function pairs(before: WholeImage, a: number, after: WholeImage, b: number): [number, number][] {
  const isThere = ({ stack }: WholeImage, node: number | undefined): node is number =>
    node !== undefined && stack.present[node] === 1;
  const found: [number, number][] = [];
  for (const child of before.image.tree.children(a)) {
    if (!isThere(before, child)) continue;
    const other = after.image.tree.child(b, before.image.tree.name(child));
    found.push([child, isThere(after, other) ? other : -1]);
  }
  for (const child of after.image.tree.children(b)) {
    const other = before.image.tree.child(a, after.image.tree.name(child));
    if (isThere(after, child) && !isThere(before, other)) found.push([-1, child]);
  }
  return found;
}

function differences(before: WholeImage, a: number, after: WholeImage, b: number) {
  const one = entryOf(before, a);
  const other = entryOf(after, b);
  // A directory that only paths below it tell of has nothing of its own.
  if (!one || !other)
    return one?.type === other?.type || !one === !other ? [] : folderOnly(one, other);
  if (one.type !== other.type) return ['type'] as const;
  const found: PathDifference['differs'][number][] = [];
  if (one.size !== other.size || one.crc !== other.crc) found.push('content');
  if (one.link !== other.link) found.push('link');
  if (one.mode !== other.mode) found.push('mode');
  if (one.uid !== other.uid || one.gid !== other.gid) found.push('owner');
  return found;
}

const DIRECTORY_TYPE = 1;

function folderOnly(one: Entry | undefined, other: Entry | undefined) {
  return (one ?? other)?.type === DIRECTORY_TYPE ? [] : (['type'] as const);
}

type Entry = NonNullable<ReturnType<typeof entryOf>>;

function entryOf({ image, stack }: WholeImage, node: number) {
  const files = image.layers[stack.layer[node] ?? -1]?.files;
  const own = stack.entry[node] ?? -1;
  if (!files || own < 0) return undefined;
  const type = files.type[own] ?? 0;
  return {
    type,
    size: type === FILE ? (files.size[own] ?? 0) : 0,
    crc: files.crc[own] ?? 0,
    mode: files.mode[own] ?? 0,
    uid: files.uid[own] ?? 0,
    gid: files.gid[own] ?? 0,
    link: files.links.get(own) ?? '',
  };
}
