import type { Format } from './format.ts';
import { HELD } from './header.ts';

/** Of rpm's `lib/backend/ndb/rpmpkg.c`: pages of slots, then the headers, in blocks of 16 bytes; little endian. */
const PAGE = 4096;
const MAGIC = 'RpmP';
const SLOT = 16;
const SLOT_MAGIC = 'Slot';
const BLOB_MAGIC = 'BlbS';
const BLOB_HEADER = 16;
const BLOCK = 16;

interface Wanted {
  /** Place in the file. */
  readonly from: number;
  readonly index: number;
  readonly bytes: Buffer;
  filled: number;
}

/** SUSE's database of rpm, `Packages.db`. Slots at its beginning say where headers are, so only these are held. */
export const ndb: Format = (head, allowance) => {
  if (head.toString('latin1', 0, 4) !== MAGIC) return undefined;
  const slotPages = head.readUInt32LE(12);
  const wanted: Wanted[] = [];
  // The first that may still be to come, as they stand in the file.
  let next = 0;

  function slots(number: number, page: Buffer): void {
    // Two slots' room is the header of the database.
    for (let at = number === 0 ? 2 * SLOT : 0; at < page.length; at += SLOT) {
      const index = page.readUInt32LE(at + 4);
      if (page.toString('latin1', at, at + 4) !== SLOT_MAGIC || index === 0) continue;
      const size = Math.min(page.readUInt32LE(at + 12) * BLOCK, HELD);
      allowance.add(size);
      const from = page.readUInt32LE(at + 8) * BLOCK;
      wanted.push({ from, index, bytes: Buffer.alloc(size), filled: 0 });
    }
    if (number === slotPages - 1) wanted.sort((a, b) => a.from - b.from);
  }

  return {
    pageSize: PAGE,
    page(number, page) {
      if (number < slotPages) return slots(number, page);
      const start = number * PAGE;
      for (let n = next; n < wanted.length; n++) {
        const one = wanted[n];
        if (!one || one.from >= start + PAGE) break;
        const from = Math.max(one.from, start);
        const to = Math.min(one.from + one.bytes.length, start + PAGE);
        if (from < to)
          one.filled += page.copy(one.bytes, from - one.from, from - start, to - start);
        if (to < start + PAGE && n === next) next++;
      }
    },
    end(take) {
      let lost = 0;
      for (const { bytes, filled, index } of wanted) {
        const isBlob =
          filled >= BLOB_HEADER &&
          bytes.toString('latin1', 0, 4) === BLOB_MAGIC &&
          bytes.readUInt32LE(4) === index;
        if (!isBlob) lost++;
        else
          take(bytes.subarray(BLOB_HEADER, Math.min(filled, BLOB_HEADER + bytes.readUInt32LE(12))));
      }
      return lost;
    },
  };
};
