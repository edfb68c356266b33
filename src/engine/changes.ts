import { isDeepStrictEqual } from 'node:util';
import type { Item } from './model.ts';

/** What became of one kind's items. `changed` holds the new ones; each item stands in one list only. */
export interface Difference<T> {
  readonly added: readonly T[];
  readonly changed: readonly T[];
  readonly removed: readonly T[];
}

/**
 * Puts `next` (new or changed items) into `items` and takes the `gone` ids out. An item that equals the one there is
 * dropped, so unchanged objects keep their identity. Returns what really changed, undefined when nothing did.
 */
export function applyItems<T extends Item>(
  items: Map<string, T>,
  next: readonly T[],
  gone: Iterable<string>,
): Difference<T> | undefined {
  const added: T[] = [];
  const changed: T[] = [];
  const removed: T[] = [];
  for (const id of gone) {
    const item = items.get(id);
    if (item && items.delete(id)) removed.push(item);
  }
  for (const item of next) {
    const before = items.get(item.id);
    if (before && isDeepStrictEqual(before, item)) continue;
    items.set(item.id, item);
    (before ? changed : added).push(item);
  }
  if (!added.length && !changed.length && !removed.length) return undefined;
  return { added, changed, removed };
}
