/** What rpm's header of an installed package says. */
export interface RpmPackage {
  readonly name: string;
  /** `epoch:version-release`, without the epoch where it has none: `%{EVR}` of rpm. */
  readonly version: string;
  /** Such as `x86_64` or `noarch`; empty for keys, which stand among the packages. */
  readonly arch: string;
  /** Bytes of its files; undefined where that was not held. */
  readonly size: number | undefined;
}

/**
 * Bytes of a header that are held of each package. Entries stand in the order of their tags, and so do the values: after the
 * index come name, version, release, epoch, the descriptions, size and architecture, long before the lists of files.
 */
export const HELD = 16 * 1024;

const TAGS = { name: 1000, version: 1001, release: 1002, epoch: 1003, size: 1009, arch: 1022 };
const INT32 = 4;
const STRING = 6;
/** rpm takes no header that says more of either (`lib/header.c`, `hdrchkTags` and `hdrchkData`). */
const MOST_ENTRIES = 0xffff;
const MOST_DATA = 0x0fffffff;

/**
 * Reads a header as rpm's database has it: two numbers (entries, bytes of values), the entries of 16 bytes (tag, type, offset,
 * count), the values; all of them big endian.
 * @param blob the header or its beginning
 * @returns undefined when it is no header, or one whose name is not in what there is of it
 */
export function readRpmHeader(blob: Buffer): RpmPackage | undefined {
  if (blob.length < 8) return undefined;
  const entries = blob.readUInt32BE(0);
  const bytes = blob.readUInt32BE(4);
  const start = 8 + 16 * entries;
  if (entries > MOST_ENTRIES || bytes > MOST_DATA || start > blob.length) return undefined;
  const values = blob.subarray(start, Math.min(blob.length, start + bytes));
  const places = new Map<number, { readonly type: number; readonly offset: number }>();
  for (let at = 8; at < start; at += 16)
    places.set(blob.readUInt32BE(at), {
      type: blob.readUInt32BE(at + 4),
      offset: blob.readUInt32BE(at + 8),
    });
  const text = (tag: number) => {
    const place = places.get(tag);
    if (place?.type !== STRING) return undefined;
    const end = values.indexOf(0, place.offset);
    return end < 0 ? undefined : values.toString('utf8', place.offset, end);
  };
  const number = (tag: number) => {
    const place = places.get(tag);
    return place?.type === INT32 && place.offset + 4 <= values.length
      ? values.readUInt32BE(place.offset)
      : undefined;
  };
  const name = text(TAGS.name);
  if (!name) return undefined;
  const epoch = number(TAGS.epoch);
  const release = text(TAGS.release);
  const version = `${text(TAGS.version) ?? ''}${release === undefined ? '' : `-${release}`}`;
  return {
    name,
    version: epoch === undefined ? version : `${epoch}:${version}`,
    arch: text(TAGS.arch) ?? '',
    size: number(TAGS.size),
  };
}
