import { FILE } from './layerFiles.ts';
import type { ReadImage } from './manifest.ts';
import { createStacker } from './stack.ts';
import type { Counts, Stack } from './stack.ts';

/** A path that takes room in more layers than one, or that was deleted after it was there. */
export interface WastedPath {
  readonly node: number;
  /** Bytes of all its occurrences. */
  readonly bytes: number;
  /** Numbers of the layers that it occurs in, deletions included. */
  readonly layers: readonly number[];
  /** Whether the last of these deletes it. */
  readonly deleted: boolean;
  /** All occurrences are files of the same content: only owner, mode or time were changed. */
  readonly same: boolean;
}

export interface Waste {
  /** As dive tells it, 0 to 1: the least that each path could weigh, by what it weighs in all layers together. */
  readonly efficiency: number;
  /** As dive tells it: bytes of all paths that occur more than once. */
  readonly bytes: number;
  /** The largest first. */
  readonly paths: readonly WastedPath[];
  /** Directories that a later layer deletes as a whole, the largest first. dive lists none of these. */
  readonly folders: readonly WastedPath[];
  /** What each layer did. */
  readonly counts: readonly Counts[];
}

/**
 * Finds the bytes that later layers hide, by dive's rules (`filetree/efficiency.go`): of each layer the paths count that
 * have nothing below them in that layer; a deletion counts as an occurrence, with the size of what is deleted where that is
 * a directory, with none otherwise.
 */
export function wasteOf(image: Pick<ReadImage, 'tree' | 'layers'>): Waste {
  const { tree, layers } = image;
  const stacker = createStacker(image);
  const total = new Float64Array(tree.size);
  const least = new Float64Array(tree.size).fill(-1);
  const first = new Int32Array(tree.size).fill(-1);
  const inner = new Int32Array(tree.size).fill(-1);
  const last = new Int32Array(tree.size).fill(-1);
  const repeated = new Map<number, number[]>();
  const removed = new Map<number, number[]>();
  const removedBytes = new Map<number, number>();
  const deleting = new Set<number>();

  function occur(node: number, bytes: number, at: number, deletes: boolean): void {
    total[node] = (total[node] ?? 0) + bytes;
    const smallest = least[node] ?? -1;
    if (smallest < 0 || bytes < smallest) least[node] = bytes;
    if (first[node] === -1) first[node] = at;
    else {
      const known = repeated.get(node);
      if (known) known.push(at);
      else repeated.set(node, [first[node] ?? 0, at]);
    }
    if (deletes) deleting.add(node);
    else deleting.delete(node);
  }

  const counts = layers.map(({ files }, at) => {
    const { whiteouts, count, node: nodes, size } = files;
    const mark = (node: number) => {
      for (let up = tree.parent(node); up >= 0 && inner[up] !== at; up = tree.parent(up))
        inner[up] = at;
    };
    for (const node of whiteouts) mark(node);
    for (let own = 0; own < count; own++) {
      mark(nodes[own] ?? 0);
      last[nodes[own] ?? 0] = own;
    }
    for (const node of whiteouts) {
      const isFolder = stacker.stack.present[node] === 1 && stacker.isDirectory(node);
      const bytes = isFolder ? weigh(image, stacker.stack, node) : 0;
      if (inner[node] !== at) occur(node, bytes, at, true);
      if (!isFolder || bytes === 0) continue;
      removed.set(node, [...(removed.get(node) ?? []), stacker.stack.layer[node] ?? 0, at]);
      removedBytes.set(node, (removedBytes.get(node) ?? 0) + bytes);
    }
    for (let own = 0; own < count; own++) {
      const node = nodes[own] ?? 0;
      if (inner[node] !== at && last[node] === own) occur(node, size[own] ?? 0, at, false);
    }
    return stacker.push();
  });

  let smallest = 0;
  let all = 0;
  for (let node = 0; node < tree.size; node++) {
    if (first[node] === -1) continue;
    smallest += Math.max(least[node] ?? 0, 0);
    all += total[node] ?? 0;
  }
  const same = sameContents(image, repeated);
  const paths = [...repeated].map(([node, found]): WastedPath => ({
    node,
    bytes: total[node] ?? 0,
    layers: found,
    deleted: deleting.has(node),
    same: same.has(node),
  }));
  const folders = [...removed].flatMap(([node, found]): WastedPath[] =>
    repeated.has(node)
      ? []
      : [
          {
            node,
            bytes: removedBytes.get(node) ?? 0,
            layers: [...new Set(found)],
            deleted: stacker.stack.present[node] !== 1,
            same: false,
          },
        ],
  );
  return {
    efficiency: all === 0 ? 1 : smallest / all,
    bytes: paths.reduce((sum, { bytes }) => sum + bytes, 0),
    paths: paths.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes),
    folders: folders.sort((a, b) => b.bytes - a.bytes),
    counts,
  };
}

/** Bytes of all that is there at and below a path. */
function weigh({ tree, layers }: Pick<ReadImage, 'tree' | 'layers'>, stack: Stack, top: number) {
  let bytes = 0;
  const rest = [top];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (stack.present[node] !== 1) continue;
    bytes += layers[stack.layer[node] ?? -1]?.files.size[stack.entry[node] ?? -1] ?? 0;
    for (const child of tree.children(node)) rest.push(child);
  }
  return bytes;
}

/** Those of the paths that are the same file in each of their layers. */
function sameContents(
  { layers }: Pick<ReadImage, 'layers'>,
  repeated: ReadonlyMap<number, readonly number[]>,
): Set<number> {
  const seen = new Map<number, { size: number; crc: number; times: number; same: boolean }>();
  for (const { files } of layers)
    for (let own = 0; own < files.count; own++) {
      const node = files.node[own] ?? 0;
      if (!repeated.has(node)) continue;
      const size = files.type[own] === FILE ? (files.size[own] ?? 0) : -1;
      const crc = files.crc[own] ?? 0;
      const known = seen.get(node);
      if (!known) seen.set(node, { size, crc, times: 1, same: size >= 0 });
      else {
        known.times++;
        known.same &&= known.size === size && known.crc === crc;
      }
    }
  return new Set([...seen].flatMap(([node, { times, same }]) => (same && times > 1 ? [node] : [])));
}
