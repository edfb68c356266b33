import type { Allowance } from './chains.ts';

/** A reader of one database, which comes page after page. */
export interface PageReader {
  /** Bytes of a page. */
  readonly pageSize: number;
  /** Takes the page of this number, counted from 0. The bytes are lent: what is needed later is copied. */
  page(number: number, bytes: Buffer): void;
  /**
   * Hands out the headers of packages, each as far as HELD, one at a time.
   * @returns how many entries are told of and cannot be found
   */
  end(take: (header: Buffer) => void): number;
}

/** Begins to read a database by its first {@link HEAD} bytes; undefined when it is of another kind. */
export type Format = (head: Buffer, allowance: Allowance) => PageReader | undefined;

/** Bytes at the beginning of a database that tell its kind and the size of its pages. */
export const HEAD = 512;

/** Whether it is the size of a page: a power of two from 512 to 65,536. */
export const isPageSize = (size: number) =>
  size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
