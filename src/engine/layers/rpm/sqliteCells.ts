/** A row as a leaf of a table's b-tree has it. */
export interface Cell {
  /** Bytes of the whole record. */
  readonly size: number;
  /** What of it is on the leaf. */
  readonly local: Buffer;
  /** The first page of the rest; 0 where there is none. */
  readonly overflow: number;
}

/** Reads the cell at a place of a leaf; undefined when it does not fit into the page. */
export function readCell(page: Buffer, at: number, usable: number): Cell | undefined {
  const size = readVarint(page, at);
  const row = size && readVarint(page, size.end);
  if (!size || !row) return undefined;
  // How much stays on the leaf: https://www.sqlite.org/fileformat2.html, "B-tree Cell Format".
  const most = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size.value - least) % (usable - 4));
  const length = size.value <= most ? size.value : fitting <= most ? fitting : least;
  const end = row.end + length;
  const hasMore = length < size.value;
  if (end + (hasMore ? 4 : 0) > page.length) return undefined;
  return {
    size: size.value,
    local: page.subarray(row.end, end),
    overflow: hasMore ? page.readUInt32BE(end) : 0,
  };
}

/**
 * The first columns of a record, `most` of them, as their bytes (integers are big endian); undefined for one without content
 * or that is not held. The last one may be cut.
 */
export function readRecord(record: Buffer, most: number): (Buffer | undefined)[] {
  const header = readVarint(record, 0);
  if (!header || header.value > record.length) return [];
  const columns: (Buffer | undefined)[] = [];
  let content = header.value;
  for (let at = header.end; at < header.value && columns.length < most;) {
    const type = readVarint(record, at);
    if (!type) break;
    at = type.end;
    const length = lengthOf(type.value);
    const isThere = type.value !== 0 && content <= record.length;
    columns.push(isThere ? record.subarray(content, content + length) : undefined);
    content += length;
  }
  return columns;
}

const INTEGERS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

function lengthOf(type: number): number {
  return INTEGERS[type] ?? Math.floor((type - 12) / 2);
}

/** Nine bytes at the most, the high bits first; undefined when it is cut. */
function readVarint(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let n = 0; n < 9; n++) {
    const byte = bytes[at + n];
    if (byte === undefined) return undefined;
    if (n === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + n + 1 };
  }
  return undefined;
}
