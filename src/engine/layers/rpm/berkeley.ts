import { createChains } from './chains.ts';
import { isPageSize } from './format.ts';
import type { Format } from './format.ts';
import { HELD } from './header.ts';

/** Of Berkeley DB's `db_page.h` and `db_swap.c`: the magic number of a hash stands at byte 12, in the byte order of the machine. */
const HASH_MAGIC = 0x00061561;
const PAGE_HEADER = 26;
const OVERFLOW = 7;
/** Pages of a hash, unsorted up to 4.5 and sorted since. */
const HASH_PAGES = new Set([2, 13]);
const ON_PAGE = 1;
const OFF_PAGE = 3;

/**
 * rpm's database up to 4.15, `Packages`: a hash of Berkeley DB of either byte order, whose keys are numbers of 32 bits and
 * whose values are headers. Most of these stand in chains of pages of their own. All hash pages that are there are in use, so
 * the table of buckets is not needed.
 */
export const berkeley: Format = (head, allowance) => {
  const isLittle = head.readUInt32LE(12) === HASH_MAGIC;
  if (!isLittle && head.readUInt32BE(12) !== HASH_MAGIC) return undefined;
  const u16 = (bytes: Buffer, at: number) =>
    isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const u32 = (bytes: Buffer, at: number) =>
    isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const pageSize = u32(head, 20);
  if (!isPageSize(pageSize)) return undefined;
  const chains = createChains(Math.ceil(HELD / (pageSize - PAGE_HEADER)), allowance);
  const values: (Buffer | { readonly first: number; readonly size: number })[] = [];
  let lost = 0;

  function hashPage(bytes: Buffer): void {
    const count = u16(bytes, 20);
    // Keys and values take turns; each ends where the one before begins.
    for (let n = 1, at = PAGE_HEADER + 2; n < count; n += 2, at += 4) {
      const isWithin = at + 2 <= pageSize;
      const keyAt = isWithin ? u16(bytes, at - 2) : 0;
      const start = isWithin ? u16(bytes, at) : 0;
      if (start < PAGE_HEADER || keyAt > pageSize || start >= keyAt) {
        lost++;
        continue;
      }
      // The value of key 0 is the next number that rpm gives away.
      const isCounter = keyAt + 5 <= pageSize && u32(bytes, keyAt + 1) === 0;
      if (isCounter) continue;
      if (bytes[start] === ON_PAGE) {
        allowance.add(keyAt - start);
        values.push(Buffer.from(bytes.subarray(start + 1, keyAt)));
      } else if (bytes[start] === OFF_PAGE && start + 12 <= pageSize) {
        allowance.add(0);
        values.push({ first: u32(bytes, start + 4), size: u32(bytes, start + 8) });
      } else lost++;
    }
  }

  return {
    pageSize,
    page(number, bytes) {
      const kind = bytes[25] ?? 0;
      if (number === 0) return;
      if (HASH_PAGES.has(kind)) hashPage(bytes);
      else if (kind === OVERFLOW)
        chains.add(
          number,
          u32(bytes, 16),
          bytes.subarray(PAGE_HEADER, PAGE_HEADER + u16(bytes, 22)),
        );
    },
    end(take) {
      for (const value of values)
        take(Buffer.isBuffer(value) ? value : chains.read(value.first, Math.min(value.size, HELD)));
      return lost;
    },
  };
};
