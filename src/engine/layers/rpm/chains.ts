/** Pages of a database that are needed once all of it has come, as the beginnings of chains of pages. */
export interface Chains {
  /** Takes a page of a chain; `next` is 0 for the last. What is held of it is a copy. */
  add(page: number, next: number, content: Buffer): void;
  /**
   * The bytes of a chain from `first` on, as many as are held and at most `most`. No page stands in two chains, so each page
   * that is read is let go: in a damaged database any number of entries may name the same chain.
   */
  read(first: number, most: number): Buffer;
}

/** Bytes that are held of one database at most. */
export const MOST_HELD = 96 * 1024 * 1024;

/** More than {@link MOST_HELD} would have to be held. */
export class TooMuchHeld extends Error {}

/** What a thing takes beside its bytes: an object for it and its Buffer. */
const OVERHEAD = 256;

/** Counts the things that are held of a database. `add` throws TooMuchHeld where they are more than may be. */
export function createAllowance(most = MOST_HELD) {
  let held = 0;
  return {
    add(bytes: number): void {
      held += bytes + OVERHEAD;
      if (held > most) throw new TooMuchHeld();
    },
  };
}

export type Allowance = ReturnType<typeof createAllowance>;

/**
 * Holds the first `depth` pages of each chain of a database that comes page after page. Where a chain begins may be told after
 * its pages, and pages come in any order; but a page is at least as deep in its chain as those before it of which is known, and
 * by that alone the deep ones are let go.
 * @param depth pages of each chain that are needed; infinite where what pages say of the next one cannot be relied on
 */
export function createChains(depth: number, allowance: Allowance): Chains {
  const held = new Map<number, { readonly next: number; readonly content: Buffer }>();
  const ahead = new Map<number, number>();

  function take(page: number) {
    const found = held.get(page);
    held.delete(page);
    return found;
  }

  return {
    add(page, next, content) {
      const own = ahead.get(page) ?? 0;
      ahead.delete(page);
      if (next > page) ahead.set(next, own + 1);
      if (own >= depth) return;
      allowance.add(content.length);
      held.set(page, { next, content: Buffer.from(content) });
    },
    read(first, most) {
      const parts: Buffer[] = [];
      let left = most;
      for (let page = take(first); page; page = left > 0 ? take(page.next) : undefined) {
        parts.push(page.content.subarray(0, left));
        left -= page.content.length;
      }
      return Buffer.concat(parts);
    },
  };
}
