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

  function tree(number: number): Buffer | undefined {
    return trees.get(number);
  }

  /** All rows of the table whose tree begins at a page; pages that are missing or damaged are counted. */
  function rows(root: number): { readonly cells: Cell[]; readonly lost: number } {
    const cells: Cell[] = [];
    let lost = 0;
    const seen = new Set<number>();
    const rest = [root];
    for (let number = rest.pop(); number !== undefined; number = rest.pop()) {
      const page = tree(number);
      if (!page || seen.has(number)) {
        lost++;
        continue;
      }
      seen.add(number);
      // The first page begins with the header of the database.
      const start = number === 1 ? 100 : 0;
      const isInterior = page[start] === INTERIOR;
      if (isInterior) rest.push(page.readUInt32BE(start + 8));
      for (const at of cellsOf(page, start, isInterior ? 12 : 8)) {
        if (isInterior) {
          if (at + 4 <= page.length) rest.push(page.readUInt32BE(at));
          else lost++;
          continue;
        }
        const cell = readCell(page, at, usable);
        if (cell) cells.push(cell);
        else lost++;
      }
    }
    return { cells, lost };
  }

  const payload = ({ local, size, overflow }: Cell) => {
    const wanted = Math.min(size, HELD);
    return overflow === 0 || local.length >= wanted
      ? local
      : Buffer.concat([local, chains.read(overflow, wanted - local.length)]);
  };

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
      const root = rows(1)
        .cells.map((cell) => readRecord(payload(cell)))
        .find(([type, name]) => isText(type, 'table') && isText(name, 'Packages'))?.[3];
      if (!root || root.length === 0) return 1;
      const { cells, lost } = rows(root.readUIntBE(0, Math.min(root.length, 6)));
      let missing = lost;
      for (const cell of cells) {
        const [, header] = readRecord(payload(cell));
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

/** Whether it is of a table by which rpm finds packages: those have the columns key, hnum and idx. */
function isOfOtherTable(page: Buffer, usable: number): boolean {
  for (const at of cellsOf(page, 0, 8)) {
    const cell = readCell(page, at, usable);
    return cell !== undefined && cell.overflow === 0 && readRecord(cell.local).length === 3;
  }
  return false;
}
