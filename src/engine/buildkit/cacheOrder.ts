import type { CacheRecord } from './cacheModel.ts';

/** A record that may go, with how many others are made of it, and where it ranks among those that may go now. */
interface Candidate {
  readonly record: CacheRecord;
  needed: number;
  gone: boolean;
  rank: number;
}

/**
 * What the builder removes to keep less than so many bytes, in its own order (moby/buildkit, cache/manager.go): always one that no
 * record which is left is made of, of those the one that ranks lowest by its last use and by how often it was used together. Of
 * several that rank the same it takes any.
 * @param records all that there are
 * @param usual those that may go
 * @param size of all of them, in bytes
 */
export function removedFor(
  keepBytes: number,
  records: readonly CacheRecord[],
  usual: readonly CacheRecord[],
  size: number,
): readonly CacheRecord[] {
  const all = usual.map((record): Candidate => ({ record, needed: 0, gone: false, rank: 0 }));
  const byId = new Map(all.map((candidate) => [candidate.record.id, candidate]));
  const count = (ids: readonly string[], by: number) => {
    for (const id of ids) {
      const parent = byId.get(id);
      if (parent) parent.needed += by;
    }
  };
  for (const { parents } of records) count(parents, 1);
  const byUses = all.toSorted((a, b) => usesOf(a) - usesOf(b));
  const byTime = all.toSorted((a, b) => timeOf(a) - timeOf(b));
  const removed: CacheRecord[] = [];
  // With no limit it never is enough.
  const enough = keepBytes === 0 ? -Infinity : keepBytes;
  for (let left = size; left >= enough;) {
    for (const candidate of all) candidate.rank = 0;
    rank(byUses, usesOf);
    rank(byTime, timeOf);
    const lowest = byTime.reduce<Candidate | undefined>(
      (least, one) => (isFree(one) && !(least && least.rank <= one.rank) ? one : least),
      undefined,
    );
    if (!lowest) break;
    lowest.gone = true;
    removed.push(lowest.record);
    left -= lowest.record.size;
    count(lowest.record.parents, -1);
  }
  return removed;
}

const isFree = ({ gone, needed }: Candidate): boolean => !gone && needed === 0;
const usesOf = ({ record: { uses } }: Candidate): number => uses;
/** What was never used comes first. */
const timeOf = ({ record: { lastUsed = 0 } }: Candidate): number => lastUsed;

/** Adds where those that may go stand by a number, as a part of 1. They come in its order; of the same number they stand together. */
function rank(sorted: readonly Candidate[], numberOf: (one: Candidate) => number): void {
  const free = sorted.filter(isFree);
  let last = 0;
  let most = 1;
  const places = free.map((one) => {
    const number = numberOf(one);
    if (number > last) most++;
    last = number;
    return most;
  });
  for (const [at, one] of free.entries()) one.rank += (places[at] ?? most) / most;
}
