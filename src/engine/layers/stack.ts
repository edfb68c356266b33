import { DIRECTORY } from './layerFiles.ts';
import type { ImageLayer, ReadImage } from './manifest.ts';
import type { PathTree } from './paths.ts';

/** What a layer did to a path. */
export const MARKS = ['same', 'added', 'changed', 'deleted'] as const;

const [SAME, ADDED, CHANGED, DELETED] = [0, 1, 2, 3] as const;

/** Paths of an image as they stand on some of its layers, by their ids. */
export interface Stack {
  /** 1 for what is there. */
  readonly present: Uint8Array;
  /** The layer whose entry counts; of what was deleted, the one whose entry counted. */
  readonly layer: Int32Array;
  /** Its entry in that layer; -1 for a directory that only paths below it tell of. */
  readonly entry: Int32Array;
  /** What the last layer did, as an index into {@link MARKS}. */
  readonly mark: Uint8Array;
}

/** How many files a layer added, changed and deleted; directories aren't counted. */
export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
}

/** A stack to which layers are added one by one. */
export interface Stacker {
  readonly stack: Stack;
  /** Puts the next layer on top. */
  push(): Counts;
  /** Whether the path is a directory now, or was when it was deleted. */
  isDirectory(node: number): boolean;
}

/** Begins with nothing. Layers are applied as overlay file systems do: what one takes away is of those before it alone. */
export function createStacker({ tree, layers }: Pick<ReadImage, 'tree' | 'layers'>): Stacker {
  const size = tree.size;
  const present = new Uint8Array(size);
  const layer = new Int32Array(size).fill(-1);
  const entry = new Int32Array(size).fill(-1);
  const mark = new Uint8Array(size);
  let touched: number[] = [];
  let at = -1;

  function isDirectory(node: number): boolean {
    const own = entry[node] ?? -1;
    return own < 0 || layers[layer[node] ?? -1]?.files.type[own] === DIRECTORY;
  }

  function setMark(node: number, value: number): void {
    if (mark[node] === SAME) touched.push(node);
    mark[node] = value;
  }

  /** Takes away what is below a path, and the path itself. */
  function remove(node: number, itself: boolean): void {
    const rest = itself ? [node] : [...tree.children(node)];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (present[next] !== 1) continue;
      present[next] = 0;
      setMark(next, DELETED);
      for (const child of tree.children(next)) rest.push(child);
    }
  }

  /** Sees to it that there are directories above a path. */
  function support(node: number): void {
    for (let up = tree.parent(node); up >= 0; up = tree.parent(up)) {
      if (present[up] === 1 && isDirectory(up)) return;
      put(up, -1);
    }
  }

  function put(node: number, own: number): void {
    const files = layers[at]?.files;
    const wasThere = present[node] === 1;
    const isNew = wasThere ? layer[node] !== at : true;
    const isFolder = own < 0 || files?.type[own] === DIRECTORY;
    if (wasThere && isDirectory(node) && !isFolder) remove(node, false);
    if (isNew) setMark(node, markOf(node, own, wasThere, isFolder));
    present[node] = 1;
    layer[node] = at;
    entry[node] = own;
  }

  function markOf(node: number, own: number, wasThere: boolean, isFolder: boolean): number {
    if (!wasThere) return mark[node] === DELETED ? CHANGED : ADDED;
    if (!isFolder || !isDirectory(node)) return CHANGED;
    // Archives name the directories above what they hold: these have changed only if they differ.
    return isSameFolder(layers, layer[node] ?? -1, entry[node] ?? -1, at, own) ? SAME : CHANGED;
  }

  return {
    stack: { present, layer, entry, mark },
    isDirectory,
    push() {
      for (const node of touched) mark[node] = SAME;
      touched = [];
      const files = layers[++at]?.files;
      if (!files) return { added: 0, changed: 0, deleted: 0 };
      for (const node of files.whiteouts) remove(node, true);
      for (const node of files.opaques) remove(node, false);
      const gone = touched.filter((node) => !isDirectory(node));
      for (let own = 0; own < files.count; own++) {
        const node = files.node[own] ?? 0;
        support(node);
        put(node, own);
      }
      return countMarks(touched, mark, gone, isDirectory);
    },
  };
}

function countMarks(
  touched: readonly number[],
  mark: Uint8Array,
  gone: readonly number[],
  isDirectory: (node: number) => boolean,
): Counts {
  const counts = { added: 0, changed: 0, deleted: 0 };
  for (const node of touched) {
    if (isDirectory(node)) continue;
    if (mark[node] === ADDED) counts.added++;
    else if (mark[node] === CHANGED) counts.changed++;
    else if (mark[node] === DELETED) counts.deleted++;
  }
  // A file that a directory took the place of is deleted as well.
  for (const node of gone) if (mark[node] === CHANGED && isDirectory(node)) counts.deleted++;
  return counts;
}

function isSameFolder(
  layers: readonly ImageLayer[],
  layerA: number,
  a: number,
  layerB: number,
  b: number,
): boolean {
  const one = layers[layerA]?.files;
  const other = layers[layerB]?.files;
  if (!one || !other || a < 0 || b < 0) return true;
  return (
    one.mode[a] === other.mode[b] && one.uid[a] === other.uid[b] && one.gid[a] === other.gid[b]
  );
}

/** A stack with what directories weigh. */
export interface SizedStack extends Stack {
  /** Bytes of a file, and of all that is there below a directory. Of what was deleted, what it weighed. */
  readonly size: Float64Array;
  /** Files that the last layer added, changed or deleted below a directory, itself included. */
  readonly changes: Int32Array;
  /** Files that are there below a directory. */
  readonly files: Int32Array;
  readonly isDirectory: (node: number) => boolean;
}

/**
 * The paths of an image as they stand on its layers up to one.
 * @param last number of that layer, from 0
 */
export function stackUpTo(image: Pick<ReadImage, 'tree' | 'layers'>, last: number): SizedStack {
  const stacker = createStacker(image);
  for (let at = 0; at <= last; at++) stacker.push();
  return sized(image.tree, image.layers, stacker);
}

function sized(tree: PathTree, layers: readonly ImageLayer[], stacker: Stacker): SizedStack {
  const { stack, isDirectory } = stacker;
  const { present, layer, entry, mark } = stack;
  const size = new Float64Array(present.length);
  const changes = new Int32Array(present.length);
  const files = new Int32Array(present.length);
  // What is below a directory has a higher number, so all of it is done before the directory's own turn comes.
  for (let node = present.length - 1; node >= 0; node--) {
    const isThere = present[node] === 1;
    const isGone = mark[node] === DELETED;
    if (!isThere && !isGone) continue;
    const isFolder = isDirectory(node);
    if (!isFolder) {
      size[node] = layers[layer[node] ?? -1]?.files.size[entry[node] ?? -1] ?? 0;
      files[node] = 1;
    }
    if (mark[node] !== SAME && (!isFolder || mark[node] === CHANGED))
      changes[node] = (changes[node] ?? 0) + 1;
    const up = tree.parent(node);
    if (up < 0) continue;
    changes[up] = (changes[up] ?? 0) + (changes[node] ?? 0);
    // What was deleted counts only for what was deleted with it.
    if (!isThere && present[up] === 1) continue;
    size[up] = (size[up] ?? 0) + (size[node] ?? 0);
    files[up] = (files[up] ?? 0) + (files[node] ?? 0);
  }
  return { ...stack, size, changes, files, isDirectory };
}
