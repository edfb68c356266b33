import { FILE } from './layerFiles.ts';
import type { ReadImage } from './manifest.ts';
import type { SizedStack } from './stack.ts';

/** Files of the same size and content, under different paths. */
export interface Duplicates {
  /** Bytes of one of them. */
  readonly size: number;
  readonly nodes: readonly number[];
}

/** Files smaller than this aren't looked at: what they waste is not worth the reading. Bytes. */
const SMALLEST = 1024;

/**
 * Finds files that are there more than once, by size and CRC-32, which tells files of one size apart but for one pair in four
 * billion. Hard links are no duplicates. What wastes most comes first.
 */
export function duplicatesOf(
  { layers }: Pick<ReadImage, 'layers'>,
  stack: SizedStack,
): Duplicates[] {
  const groups = new Map<string, number[]>();
  for (let node = 0; node < stack.present.length; node++) {
    const files = layers[stack.layer[node] ?? -1]?.files;
    const entry = stack.entry[node] ?? -1;
    if (stack.present[node] !== 1 || !files || files.type[entry] !== FILE) continue;
    const size = files.size[entry] ?? 0;
    if (size < SMALLEST) continue;
    const key = `${size} ${files.crc[entry]}`;
    const known = groups.get(key);
    if (known) known.push(node);
    else groups.set(key, [node]);
  }
  return [...groups]
    .filter(([, nodes]) => nodes.length > 1)
    .map(([key, nodes]) => ({ size: Number(key.split(' ')[0]), nodes }))
    .sort((a, b) => b.size * (b.nodes.length - 1) - a.size * (a.nodes.length - 1));
}
