import type { CacheRecord } from './cacheModel.ts';

/** A record that may go, with how many others are made of it, and where it ranks among those that may go now. */
interface Candidate {
  readonly record: CacheRecord;
  needed: number;
  place: number;
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
  const all = usual.map((record): Candidate => ({ record, needed: 0, place: 0, rank: 0 }));
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
    let lowest: Candidate | undefined;
    for (const one of byTime) if (isFree(one) && !(lowest && lowest.rank <= one.rank)) lowest = one;
    if (!lowest) break;
    for (const some of [all, byUses, byTime]) some.splice(some.indexOf(lowest), 1);
    removed.push(lowest.record);
    left -= lowest.record.size;
    count(lowest.record.parents, -1);
  }
  return removed;
}

const isFree = ({ needed }: Candidate): boolean => needed === 0;
const usesOf = ({ record: { uses } }: Candidate): number => uses;
/** What was never used comes first. */
const timeOf = ({ record: { lastUsed = 0 } }: Candidate): number => lastUsed;

/**
 * Adds where those that may go stand by a number, as a part of 1. They come in its order; of the same number they stand
 * together. Done for each record that goes, of thousands, and therefore without arrays of its own.
 */
function rank(sorted: readonly Candidate[], numberOf: (one: Candidate) => number): void {
  let last = 0;
  let most = 1;
  for (const one of sorted) {
    if (!isFree(one)) continue;
    const number = numberOf(one);
    if (number > last) most++;
    last = number;
    one.place = most;
  }
  for (const one of sorted) if (isFree(one)) one.rank += one.place / most;
}
