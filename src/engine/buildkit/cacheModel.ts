import { groupBy } from '../../util/multimap.ts';
import { isOfImage } from './cacheNames.ts';
import { removedFor } from './cacheOrder.ts';

/** Something that the builder keeps so as not to do it again. Times are milliseconds since the epoch, sizes bytes. */
export interface CacheRecord {
  readonly id: string;
  readonly kind: CacheKind;
  /** The engine's words: `mount / from exec /bin/sh -c make`, `local source for context`. */
  readonly description: string;
  readonly size: number;
  readonly created: number;
  readonly lastUsed?: number;
  readonly uses: number;
  /** By a build that runs, or by another record. */
  readonly inUse: boolean;
  /** With an image, so that removing it frees nothing. */
  readonly shared: boolean;
  readonly parents: readonly string[];
}

/** Kinds of BuildKit's (moby/buildkit, client.UsageRecordType), by what they are to a person. */
const kinds = {
  regular: 'step',
  'source.local': 'context',
  'exec.cachemount': 'mount',
  'source.git.checkout': 'git',
  frontend: 'frontend',
  internal: 'internal',
} as const;

export type CacheKind = (typeof kinds)[keyof typeof kinds] | 'image' | 'other';

/** What of the cache goes. What is in use stays in any case. */
export type PruneWish =
  /** What was not used for this long, in milliseconds. */
  | { readonly olderThan: number }
  /** What was used longest ago and least often, until fewer than so many bytes are left; see removedFor. */
  | { readonly keepBytes: number }
  | { readonly ids: readonly string[] }
  /** Everything; what images share, too. */
  | { readonly all: true };

export interface Pruned {
  readonly records: readonly CacheRecord[];
  /** Bytes; those that are shared with an image aren't among them. */
  readonly freed: number;
}

/** Bytes that records take; what they share with images counts for those. */
export function total(records: readonly CacheRecord[]): number {
  return records.reduce((sum, { size, shared }) => sum + (shared ? 0 : size), 0);
}

/**
 * Records by kind: the group that takes most first.
 * @param records in the order that they are to have in their group
 */
export function groupRecords(
  records: readonly CacheRecord[],
): readonly { readonly kind: CacheKind; readonly records: readonly CacheRecord[] }[] {
  return Array.from(
    groupBy(records, ({ kind }) => kind),
    ([kind, members]) => ({ kind, records: members }),
  ).sort((a, b) => total(b.records) - total(a.records) || (a.kind < b.kind ? -1 : 1));
}

/** The records that a wish is about, as far as can be told without the engine: none that is in use. */
export function wishedFor(
  records: readonly CacheRecord[],
  wish: PruneWish,
  now: number,
): readonly CacheRecord[] {
  const free = records.filter(({ inUse }) => !inUse);
  if ('ids' in wish)
    return withoutNeeded(
      records,
      free.filter(({ id }) => wish.ids.includes(id)),
    );
  if ('all' in wish) return free;
  // The rest is kept unless everything is to go (moby/buildkit, cache/manager.go).
  const usual = free.filter(
    ({ shared, kind }) => !shared && kind !== 'frontend' && kind !== 'internal',
  );
  if ('olderThan' in wish)
    return withoutNeeded(
      records,
      // What was never used goes whatever its age.
      usual.filter(({ lastUsed }) => lastUsed === undefined || lastUsed < now - wish.olderThan),
    );
  return removedFor(wish.keepBytes, records, usual, total(records));
}

/** Those of `going` that no record which stays is made of. */
function withoutNeeded(
  records: readonly CacheRecord[],
  going: readonly CacheRecord[],
): readonly CacheRecord[] {
  const left = new Map(going.map((record) => [record.id, record]));
  const stays = records.filter(({ id }) => !left.has(id));
  for (const { parents } of stays)
    for (const id of parents) {
      const needed = left.get(id);
      if (needed && left.delete(id)) stays.push(needed);
    }
  return going.filter(({ id }) => left.has(id));
}

/** @param type BuildKit's word for it */
export function cacheKind(type: string, description: string): CacheKind {
  if (!Object.hasOwn(kinds, type)) return 'other';
  const kind = kinds[type as keyof typeof kinds];
  return kind === 'step' && isOfImage(description) ? 'image' : kind;
}
