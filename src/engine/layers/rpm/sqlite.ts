import { createChains } from './chains.ts';
import { isPageSize } from './format.ts';
import type { Format } from './format.ts';
import { HELD } from './header.ts';
import { readCell, readRecord } from './sqliteCells.ts';
import type { Cell } from './sqliteCells.ts';

const MAGIC = 'SQLite format 3\0';
const INTERIOR = 5;
const LEAF = 13;
/** Pages of indexes, of which nothing is needed. */
const INDEX_PAGES = new Set([2, 10]);

/**
 * rpm's database since 4.16, `rpmdb.sqlite` (https://www.sqlite.org/fileformat2.html): the table Packages(hnum, blob). Of the
 * pages as they come those of its b-tree are held, and of headers that go over several pages the first ones; the tables that
 * rpm finds packages by are let go.
 */
export const sqlite: Format = (head, allowance) => {
  if (head.toString('latin1', 0, 16) !== MAGIC) return undefined;
  const written = head.readUInt16BE(16);
  const pageSize = written === 1 ? 65_536 : written;
  const usable = pageSize - head.readUInt8(20);
  if (!isPageSize(pageSize) || usable < 480) return undefined;
  // A free page may still have its old content, which tells of a next page that is another's by now.
  const hasFreePages = head.readUInt32BE(36) > 0;
  const depth = hasFreePages ? Infinity : Math.ceil(HELD / (usable - 4));
  const chains = createChains(depth, allowance);
  const trees = new Map<number, Buffer>();

  /** The rows of the table whose tree begins at a page, and undefined for each row or page that is missing or damaged. */
  function* rows(root: number): Generator<Cell | undefined> {
    const pages = new Set([root]);
    // What is added on the way is come to as well.
    for (const number of pages) {
      const page = trees.get(number);
      if (!page) {
        yield undefined;
        continue;
      }
      // The first page begins with the header of the database.
      const start = number === 1 ? 100 : 0;
      if (page[start] === LEAF) yield* leafRows(page, start);
      else
        for (const child of childrenOf(page, start))
          if (trees.has(child) && !pages.has(child)) pages.add(child);
          else yield undefined;
    }
  }

  function* leafRows(page: Buffer, start: number): Generator<Cell | undefined> {
    // Cells do not lie on each other, but the pointers of a damaged page may all name the same one.
    let room = page.length;
    for (const at of cellsOf(page, start, 8)) {
      const cell = readCell(page, at, usable);
      room -= cell?.local.length ?? 0;
      yield room < 0 ? undefined : cell;
    }
  }

  const payload = ({ local, size, overflow }: Cell) => {
    const wanted = Math.min(size, HELD);
    return overflow === 0 || local.length >= wanted
      ? local
      : Buffer.concat([local, chains.read(overflow, wanted - local.length)]);
  };

  function rootOfPackages(): Buffer | undefined {
    for (const cell of rows(1)) {
      const [type, name, , root] = cell ? readRecord(payload(cell), 4) : [];
      if (isText(type, 'table') && isText(name, 'Packages')) return root;
    }
    return undefined;
  }

  return {
    pageSize,
    page(index, bytes) {
      const number = index + 1;
      const first = bytes[number === 1 ? 100 : 0] ?? 0;
      if (INDEX_PAGES.has(first)) return;
      if (first !== INTERIOR && first !== LEAF) {
        chains.add(number, bytes.readUInt32BE(0), bytes.subarray(4, usable));
        return;
      }
      if (first === LEAF && number !== 1 && isOfOtherTable(bytes, usable)) return;
      allowance.add(bytes.length);
      trees.set(number, Buffer.from(bytes));
    },
    end(take) {
      const root = rootOfPackages();
      if (!root || root.length === 0) return 1;
      let missing = 0;
      for (const cell of rows(root.readUIntBE(0, Math.min(root.length, 6)))) {
        const header = cell && readRecord(payload(cell), 2)[1];
        if (header) take(header);
        else missing++;
      }
      return missing;
    },
  };
};

const isText = (value: Buffer | undefined, text: string) => value?.toString('utf8') === text;

/** Where the cells of a page begin. */
function* cellsOf(page: Buffer, start: number, header: number): Generator<number> {
  const count = page.readUInt16BE(start + 3);
  for (let n = 0, at = start + header; n < count && at + 2 <= page.length; n++, at += 2)
    yield page.readUInt16BE(at);
}

/** The numbers of the pages below an inner page of a tree; 0, which no page has, for what is damaged. */
function* childrenOf(page: Buffer, start: number): Generator<number> {
  for (const at of cellsOf(page, start, 12))
    yield at + 4 <= page.length ? page.readUInt32BE(at) : 0;
  yield page.readUInt32BE(start + 8);
}

/** Whether it is of a table by which rpm finds packages: those have the columns key, hnum and idx. */
function isOfOtherTable(page: Buffer, usable: number): boolean {
  for (const at of cellsOf(page, 0, 8)) {
    const cell = readCell(page, at, usable);
    return cell !== undefined && cell.overflow === 0 && readRecord(cell.local, 4).length === 3;
  }
  return false;
}
