import { groupBy } from '../../util/multimap.ts';
import { isOfImage } from './cacheNames.ts';

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
  /** What was used longest ago, until no more than so many bytes are left. */
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
  if ('ids' in wish) return free.filter(({ id }) => wish.ids.includes(id));
  if ('olderThan' in wish)
    return free.filter(
      ({ lastUsed, created, shared }) => !shared && (lastUsed ?? created) < now - wish.olderThan,
    );
  if ('all' in wish) return free;
  const byAge = free
    .filter(({ shared }) => !shared)
    .sort((a, b) => (a.lastUsed ?? a.created) - (b.lastUsed ?? b.created));
  let left = total(records);
  return byAge.filter(({ size }) => {
    if (left <= wish.keepBytes) return false;
    left -= size;
    return true;
  });
}

/** @param type BuildKit's word for it */
export function cacheKind(type: string, description: string): CacheKind {
  if (!Object.hasOwn(kinds, type)) return 'other';
  const kind = kinds[type as keyof typeof kinds];
  return kind === 'step' && isOfImage(description) ? 'image' : kind;
}
