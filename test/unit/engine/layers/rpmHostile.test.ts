import { describe, expect, it } from 'vitest';
import { createRpmReader } from '../../../../src/engine/layers/rpm/database.ts';
import type { RpmDatabase } from '../../../../src/engine/layers/rpm/database.ts';
import { readRecord } from '../../../../src/engine/layers/rpm/sqliteCells.ts';

const PAGE = 4096;
const TOO_LARGE = { packages: [], problem: 'It is too large to be read.' };

function read(pages: readonly Buffer[], most?: number): RpmDatabase {
  const reader = createRpmReader(most);
  for (const page of pages) reader.push(page);
  return reader.end();
}

/** The header of a package that has nothing but its name. */
function header(name: string): Buffer {
  const bytes = Buffer.alloc(24 + name.length + 1);
  // Entries, bytes of values; tag, type, offset and count of the only entry.
  [1, name.length + 1, 1000, 6, 0, 1].forEach((value, n) => bytes.writeUInt32BE(value, 4 * n));
  bytes.write(name, 24);
  return bytes;
}

const varint = (value: number) =>
  Buffer.from(value < 128 ? [value] : [0x80 | (value >> 7), value & 0x7f]);

/** A record of SQLite with text or, from bytes, blobs; its header takes less than 128 bytes. */
function record(...columns: readonly (string | Buffer)[]): Buffer {
  const types = columns.map((one) => varint(2 * one.length + (typeof one === 'string' ? 13 : 12)));
  const head = Buffer.concat(types);
  return Buffer.concat([varint(head.length + 1), head, ...columns.map((one) => Buffer.from(one))]);
}

/** A page of a b-tree that has one cell, which all of its pointers name. */
function leaf(cell: Buffer, pointers = 1, start = 0): Buffer {
  const page = Buffer.alloc(PAGE);
  page[start] = 13;
  page.writeUInt16BE(pointers, start + 3);
  cell.copy(page, PAGE - cell.length);
  for (let n = 0; n < pointers; n++) page.writeUInt16BE(PAGE - cell.length, start + 8 + 2 * n);
  return page;
}

/** A cell with its row's number; where its record has more bytes than are given, the rest begins on a page. */
const cell = (content: Buffer, size = content.length, overflow?: number) => {
  const rest = Buffer.alloc(overflow === undefined ? 0 : 4);
  if (overflow !== undefined) rest.writeUInt32BE(overflow);
  return Buffer.concat([varint(size), varint(1), content, rest]);
};

/** A database of SQLite whose table Packages begins on page 2. */
function sqlite(...pages: readonly Buffer[]): Buffer[] {
  const schema = record('table', 'Packages', 'Packages', Buffer.from([2]));
  // The number of the page stands there as an integer of one byte.
  schema[4] = 1;
  const first = leaf(cell(schema), 1, 100);
  first.write('SQLite format 3\0');
  first.writeUInt16BE(PAGE, 16);
  return [first, ...pages];
}

describe('a database of SQLite', () => {
  it('is read as far as its columns are wanted', () => {
    const columns = Buffer.alloc(30_000, 9);
    const bytes = Buffer.concat([Buffer.from([0x81, 0xea, 0x33]), columns]);
    expect(readRecord(bytes, 2)).toHaveLength(2);
    expect(readRecord(record('a', 'b', 'c'), 4)).toHaveLength(3);
  });

  it('has no more in the cells of a page than there is room for', () => {
    const one = record('', header('n'.repeat(1500)));
    const { packages, problem } = read(sqlite(leaf(cell(one), 200)));
    expect(packages).toHaveLength(2);
    expect(problem).toBe('It is damaged: 198 of its entries cannot be read.');
  });

  it('has each page of a header only once', () => {
    const whole = record('', header('n'.repeat(5000)));
    const least = Math.floor(((PAGE - 12) * 32) / 255) - 23;
    const local = least + ((whole.length - least) % (PAGE - 4));
    const overflow = Buffer.alloc(PAGE);
    whole.copy(overflow, 4, local);
    const rows = leaf(cell(whole.subarray(0, local), whole.length, 3), 2);
    const { packages, problem } = read(sqlite(rows, overflow));
    expect(packages.map(({ name }) => name.length)).toEqual([5000]);
    expect(problem).toBe('It is damaged: 1 of its entries cannot be read.');
  });

  it('has each page of its tree only once', () => {
    const interior = Buffer.alloc(PAGE);
    interior[0] = 5;
    interior.writeUInt16BE(500, 3);
    interior.writeUInt32BE(2, 8);
    interior.writeUInt32BE(3, PAGE - 4);
    for (let n = 0; n < 500; n++) interior.writeUInt16BE(PAGE - 4, 12 + 2 * n);
    const { packages, problem } = read(sqlite(interior, leaf(cell(record('', header('one'))))));
    expect(packages.map(({ name }) => name)).toEqual(['one']);
    expect(problem).toBe('It is damaged: 500 of its entries cannot be read.');
  });

  it('is too large where its packages are', () => {
    const rows = leaf(cell(record('', header('one'))), 120);
    expect(read(sqlite(rows)).packages).toHaveLength(120);
    expect(read(sqlite(rows), 3 * PAGE)).toEqual(TOO_LARGE);
  });
});

describe('a database of Berkeley DB', () => {
  /** The database, with hash pages whose values all are in the chain that begins on page 1. */
  function berkeley(pages: number, values: number): Buffer[] {
    const first = Buffer.alloc(PAGE);
    first.writeUInt32LE(0x00061561, 12);
    first.writeUInt32LE(PAGE, 20);
    const chain = Buffer.alloc(PAGE);
    chain[25] = 7;
    chain.writeUInt16LE(header('one').copy(chain, 26), 22);
    const hash = Buffer.alloc(PAGE);
    hash[25] = 13;
    hash.writeUInt16LE(2 * values, 20);
    const value = PAGE - 20;
    hash.writeUInt8(3, value);
    hash.writeUInt32LE(1, value + 4);
    hash.writeUInt32LE(1000, value + 8);
    // The key, with the number 1 behind its kind.
    hash.writeUInt32LE(1, PAGE - 7);
    for (let n = 0; n < values; n++) {
      hash.writeUInt16LE(PAGE - 8, 26 + 4 * n);
      hash.writeUInt16LE(value, 28 + 4 * n);
    }
    return [first, chain, ...Array.from({ length: pages }, () => hash)];
  }

  it('has each header only once', () => {
    const { packages, problem } = read(berkeley(1, 900));
    expect(packages.map(({ name }) => name)).toEqual(['one']);
    expect(problem).toBe('It is damaged: 899 of its entries cannot be read.');
  });

  it('is too large where it tells of too many headers', () => {
    expect(read(berkeley(10, 900), 1_000_000)).toEqual(TOO_LARGE);
    expect(read(berkeley(1, 900), 1_000_000).packages).toHaveLength(1);
  });

  it('is too large where it has too many empty pages', () => {
    const [first, chain] = berkeley(0, 0);
    if (!first || !chain) throw new Error('There are no pages.');
    chain.writeUInt16LE(0, 22);
    const pages = [first, ...Array.from({ length: 1000 }, () => chain)];
    expect(read(pages, 100_000)).toEqual(TOO_LARGE);
  });
});

it('a database of ndb is too large where it tells of too many headers', () => {
  const page = Buffer.alloc(PAGE);
  for (let at = 0; at < PAGE; at += 16) {
    page.write('Slot', at);
    page.writeUInt32LE(1, at + 4);
  }
  const first = Buffer.from(page);
  first.write('RpmP');
  first.writeUInt32LE(0xffffffff, 12);
  const pages = [first, ...Array.from({ length: 20 }, () => page)];
  expect(read(pages, 1_000_000)).toEqual(TOO_LARGE);
  expect(read(pages).problem).toMatch(/^It is damaged: /);
});
