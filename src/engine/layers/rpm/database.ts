import { berkeley } from './berkeley.ts';
import { createAllowance, TooMuchHeld } from './chains.ts';
import { HEAD } from './format.ts';
import type { PageReader } from './format.ts';
import { readRpmHeader } from './header.ts';
import type { RpmPackage } from './header.ts';
import { ndb } from './ndb.ts';
import { sqlite } from './sqlite.ts';

const FORMATS = [sqlite, berkeley, ndb];

/** What a database of rpm says. */
export interface RpmDatabase {
  readonly packages: readonly RpmPackage[];
  /** Why there may be more, as a sentence. */
  readonly problem?: string;
}

/** A database while it comes. */
export interface RpmReader {
  push(piece: Buffer): void;
  end(): RpmDatabase;
}

/**
 * Reads a database of rpm as it comes, of whichever kind: SQLite, Berkeley DB, SUSE's ndb. Of each package the beginning of its
 * header is held, so memory is a part of the file, and bounded. What is damaged is said; it never throws.
 * @param most bytes that may be held
 */
export function createRpmReader(most?: number): RpmReader {
  const allowance = createAllowance(most);
  let head: Buffer | undefined = Buffer.alloc(0);
  let reader: PageReader | undefined;
  let problem: string | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;

  function begin(piece: Buffer): Buffer | undefined {
    if (!head) return piece;
    head = Buffer.concat([head, piece]);
    if (head.length < HEAD) return undefined;
    const all = head;
    head = undefined;
    for (const format of FORMATS) reader ??= format(all, allowance);
    if (!reader) problem = 'It is none of the databases that rpm is known to have.';
    return all;
  }

  function cut(piece: Buffer, { pageSize, page }: PageReader): void {
    let at = 0;
    if (rest.length > 0) {
      at = Math.min(pageSize - rest.length, piece.length);
      rest = Buffer.concat([rest, piece.subarray(0, at)]);
      if (rest.length < pageSize) return;
      page(number++, rest);
    }
    for (; at + pageSize <= piece.length; at += pageSize)
      page(number++, piece.subarray(at, at + pageSize));
    rest = Buffer.from(piece.subarray(at));
  }

  /** Does it with the database, which is given up where too much would have to be held. */
  function bounded(work: (whole: PageReader) => void): void {
    try {
      if (reader) work(reader);
    } catch (error) {
      if (!(error instanceof TooMuchHeld)) throw error;
      problem = 'It is too large to be read.';
      reader = undefined;
    }
  }

  return {
    push(piece) {
      const pieces = problem === undefined ? begin(piece) : undefined;
      if (pieces) bounded((whole) => cut(pieces, whole));
    },
    end() {
      const packages: RpmPackage[] = [];
      let missing = 0;
      bounded((whole) => {
        const lost = whole.end((blob) => {
          const found = readRpmHeader(blob);
          if (!found) return void missing++;
          allowance.add(2 * (found.name.length + found.version.length + found.arch.length));
          packages.push(found);
        });
        missing += lost;
      });
      if (!reader) return { packages: [], problem: problem ?? 'It is empty or was cut off.' };
      return missing === 0
        ? { packages }
        : { packages, problem: `It is damaged: ${missing} of its entries cannot be read.` };
    },
  };
}
