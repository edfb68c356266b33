import { EngineError } from '../errors.ts';
import type { ItemOf, Kind } from '../model.ts';
import { containerFromList } from './container.ts';
import { imageFromList } from './image.ts';
import { networkFrom } from './network.ts';
import { isRaw } from './reader.ts';
import type { Raw } from './reader.ts';
import { volumeFrom } from './volume.ts';

const readers: { readonly [K in Kind]: (entry: Raw) => ItemOf[K] | undefined } = {
  container: containerFromList,
  image: imageFromList,
  network: networkFrom,
  volume: volumeFrom,
};

/**
 * Reads the answer of a list call (`/containers/json`, `/images/json`, `/networks`, `/volumes`) into items, in the
 * engine's order. An entry that can't be told from others, having no id, is left out and told to `report`.
 * Throws an EngineError 'not-an-engine' when the answer is no list at all.
 */
export function mapList<K extends Kind>(
  kind: K,
  answer: unknown,
  report: (remark: string) => void,
): readonly ItemOf[K][] {
  // Volumes come inside an object, and null is how Go writes an empty list.
  const entries = kind === 'volume' && isRaw(answer) ? answer['Volumes'] : answer;
  if (entries === null || (entries === undefined && isRaw(answer))) return [];
  if (!Array.isArray(entries)) {
    throw new EngineError('not-an-engine', `The engine's list of ${kind}s is not a list.`, {
      detail: JSON.stringify(answer)?.slice(0, 500),
    });
  }
  const items = new Map<string, ItemOf[K]>();
  for (const entry of entries) {
    const item = isRaw(entry) ? readers[kind](entry) : undefined;
    if (item) items.set(item.id, item);
    else report(`Left out a ${kind} without an id: ${JSON.stringify(entry)?.slice(0, 500)}`);
  }
  return [...items.values()];
}
