/**
 * The packets of fsutil's file exchange, written by hand: there are as many as files, and a name need not be the UTF-8
 * that a generated codec insists on. A packet is {1: type, 2: stat, 3: id, 4: data}, a stat {1: path, 2: mode, 3: uid,
 * 4: gid, 5: size, 6: mtime, 7: linkname, 8: devmajor, 9: devminor, 10: xattrs}; the sender of a list numbers no entry.
 */

import { HEAD, frame, writeHead } from '../grpc/frames.ts';
import { bytesOf, isRaw, nameOf } from './names.ts';

/** The types of packets. */
export const packet = { stat: 0, request: 1, data: 2, finished: 3, error: 4 } as const;

/** Bits of Go's os.FileMode, which is what a stat's mode is. */
export const mode = {
  directory: 0x8000_0000,
  symlink: 0x0800_0000,
  device: 0x0400_0000,
  pipe: 0x0200_0000,
  socket: 0x0100_0000,
  setuid: 0x0080_0000,
  setgid: 0x0040_0000,
  characters: 0x0020_0000,
  sticky: 0x0010_0000,
  irregular: 0x0008_0000,
  permissions: 0o777,
} as const;

/** Whether a mode is that of a regular file: what can be asked for. */
export function isRegular(bits: number): boolean {
  const types =
    mode.directory | mode.symlink | mode.device | mode.pipe | mode.socket | mode.characters;
  return (bits & (types | mode.irregular)) === 0;
}

export interface Stat {
  /** See names.ts. */
  readonly path: string;
  /** Unsigned. */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly modified: bigint;
  /** Where a link leads; for a regular file the path of the one that it is another name of. */
  readonly linkname: string;
}

export interface Packet {
  readonly type: number;
  readonly id: number;
  /** None in the stat packet that ends a list. */
  readonly stat: Stat | undefined;
  readonly data: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Reads a packet. Throws RangeError when it is malformed. */
export function readPacket(bytes: Uint8Array): Packet {
  let type = 0;
  let id = 0;
  let stat: Stat | undefined;
  let data: Uint8Array = NOTHING;
  readFields(bytes, (field, value, content) => {
    if (field === 1) type = Number(value);
    else if (field === 2) stat = readStat(content);
    else if (field === 3) id = Number(value);
    else if (field === 4) data = content;
  });
  return { type, id, stat, data };
}

function readStat(bytes: Uint8Array): Stat {
  let path = '';
  let bits = 0;
  let size = 0;
  let modified = 0n;
  let linkname = '';
  readFields(bytes, (field, value, content) => {
    if (field === 1) path = nameOf(content);
    else if (field === 2) bits = Number(BigInt.asUintN(32, BigInt(value)));
    else if (field === 5) size = Number(value);
    else if (field === 6) modified = BigInt.asIntN(64, BigInt(value));
    else if (field === 7) linkname = nameOf(content);
  });
  return { path, mode: bits, size, modified, linkname };
}

/** Reads a protobuf message field by field: varints as numbers where they fit, the others' contents. */
export function readFields(
  bytes: Uint8Array,
  on: (field: number, value: number | bigint, content: Uint8Array) => void,
): void {
  let at = 0;
  const varint = (): number | bigint => {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('A message ends within a number.');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    let large = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('A message ends within a number.');
      large |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, large);
    }
    throw new RangeError('A number in a message has no end.');
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    if (kind === 0) {
      on(tag >>> 3, varint(), NOTHING);
      continue;
    }
    const length = kind === 2 ? Number(varint()) : kind === 1 ? 8 : kind === 5 ? 4 : NaN;
    if (!(at + length <= bytes.length)) throw new RangeError('A message ends within a field.');
    on(tag >>> 3, 0, bytes.subarray(at, at + length));
    at += length;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Writes a number below 2^53 and returns the offset behind it. */
function writeVarint(into: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest >= 0x80) {
    into[next++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[next++] = rest;
  return next;
}

/** What a data packet begins with: `length` bytes of the file follow it. One without bytes says that the file is complete. */
export function dataHead(id: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  let at = writeVarint(bytes, writeVarint(bytes, 0, 0x08), packet.data);
  if (id > 0) at = writeVarint(bytes, writeVarint(bytes, at, 0x18), id);
  if (length > 0) at = writeVarint(bytes, writeVarint(bytes, at, 0x22), length);
  return bytes.subarray(0, at);
}

/** A data packet with room for `length` bytes: they are to be put at `offset`, which saves copying them. */
export function dataPacket(id: number, length: number): { bytes: Buffer; offset: number } {
  const head = dataHead(id, length);
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.set(head);
  return { bytes, offset: head.length };
}

/** A packet without a file's contents: `finished`, `error` with its text, `request` of a file by its place in the list. */
export function smallPacket(type: number, { id = 0, text = '' } = {}): Buffer {
  const data = Buffer.from(text);
  const bytes = Buffer.allocUnsafe(24 + data.length);
  let at = writeVarint(bytes, writeVarint(bytes, 0, 0x08), type);
  if (id > 0) at = writeVarint(bytes, writeVarint(bytes, at, 0x18), id);
  if (data.length > 0) {
    at = writeVarint(bytes, writeVarint(bytes, at, 0x22), data.length);
    data.copy(bytes, at);
  }
  return bytes.subarray(0, at + data.length);
}

/** The packet that ends a list: an empty message. */
export const LIST_END: Uint8Array = NOTHING;

export interface StatFields {
  readonly path: string;
  /** The path holds bytes that are not UTF-8. */
  readonly raw: boolean;
  readonly mode: number;
  readonly size: number;
  readonly modified: bigint;
  readonly linkname: string;
  /** Of a device. */
  readonly major: number;
  readonly minor: number;
  /** The file's number on the device of the folder; 0 for one that stands elsewhere. */
  readonly inode?: number;
  /** When anything of the file was last changed, its attributes too: nanoseconds since the epoch, not exactly. */
  readonly changed?: number;
}

/** Stat packets as they are sent: one behind the other, each in its gRPC frame. */
export interface StatBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each starts, behind its frame's head, and ends, by turns. */
  readonly bounds: Uint32Array<ArrayBuffer>;
}

/** Stat packets with what files are known again by: see {@link StatFields}. */
export interface TracedBatch extends StatBatch {
  readonly inodes: Float64Array;
  readonly changes: Float64Array;
}

export interface StatWriter {
  readonly count: number;
  readonly size: number;
  add(stat: StatFields): void;
  /** What was added since the last call, in memory of its own. */
  take(): TracedBatch;
}

/** The longest of what stands before a stat: the frame's head, the tag and the length. */
const BEFORE = HEAD + 1 + 5;

/** Writes stat packets into memory that it keeps. */
export function createStatWriter(): StatWriter {
  let buffer = Buffer.allocUnsafeSlow(64 * 1024);
  let end = 0;
  let bounds: number[] = [];
  let inodes: number[] = [];
  let changes: number[] = [];
  const words = new BigInt64Array(1);
  const halves = new Uint32Array(words.buffer);

  const writeText = (at: number, tag: number, text: string, raw: boolean): number => {
    const bytes = raw ? bytesOf(text) : undefined;
    // Most names are short, so that their length fits in one byte.
    const guess = text.length < 0x80 ? 1 : varintLength(text.length);
    buffer[at] = tag;
    let length: number;
    if (bytes) {
      length = bytes.length;
      bytes.copy(buffer, at + 1 + varintLength(length));
    } else {
      length = buffer.write(text, at + 1 + guess);
      const needed = varintLength(length);
      if (needed !== guess)
        buffer.copyWithin(at + 1 + needed, at + 1 + guess, at + 1 + guess + length);
    }
    return writeVarint(buffer, at + 1, length) + length;
  };
  const writeLong = (at: number, tag: number, value: bigint): number => {
    words[0] = value;
    const high = halves[1] ?? 0;
    const low = halves[0] ?? 0;
    buffer[at] = tag;
    if (high < 0x20_0000) return writeVarint(buffer, at + 1, high * 2 ** 32 + low);
    // 28 bits are four bytes, without a break between the halves.
    let next = at + 1;
    for (let rest = low, index = 0; index < 4; index++, rest >>>= 7)
      buffer[next++] = (rest & 0x7f) | 0x80;
    return writeVarint(buffer, next, high * 16 + (low >>> 28));
  };

  const writer: { count: number; size: number } & Pick<StatWriter, 'add' | 'take'> = {
    count: 0,
    size: 0,
    add: (stat) => {
      const room = BEFORE + 128 + 3 * (stat.path.length + stat.linkname.length);
      if (end + room > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, end + room));
        buffer.copy(larger, 0, 0, end);
        buffer = larger;
      }
      const start = end + HEAD;
      // So long are most, whose length takes one byte.
      const guess = start + 2;
      let at = writeText(guess, 0x0a, stat.path, stat.raw);
      if (stat.mode > 0) at = writeNumber(at, 0x10, stat.mode);
      if (stat.size > 0) at = writeNumber(at, 0x28, stat.size);
      if (stat.modified !== 0n) at = writeLong(at, 0x30, stat.modified);
      if (stat.linkname !== '') at = writeText(at, 0x3a, stat.linkname, isRaw(stat.linkname));
      if (stat.major > 0) at = writeNumber(at, 0x40, stat.major);
      if (stat.minor > 0) at = writeNumber(at, 0x48, stat.minor);
      const body = start + 1 + varintLength(at - guess);
      if (body !== guess) buffer.copyWithin(body, guess, at);
      at += body - guess;
      buffer[start] = 0x12;
      writeVarint(buffer, start + 1, at - body);
      writeHead(buffer, end, at - start);
      bounds.push(start, at);
      inodes.push(stat.inode ?? 0);
      changes.push(stat.changed ?? 0);
      writer.count++;
      writer.size += at - start;
      end = at;
    },
    take: () => {
      const batch = {
        bytes: new Uint8Array(buffer.subarray(0, end)),
        bounds: new Uint32Array(bounds),
        inodes: new Float64Array(inodes),
        changes: new Float64Array(changes),
      };
      end = 0;
      bounds = [];
      inodes = [];
      changes = [];
      return batch;
    },
  };
  const writeNumber = (at: number, tag: number, value: number): number => {
    buffer[at] = tag;
    return writeVarint(buffer, at + 1, value);
  };
  return writer;
}

/** The bytes of an entry's path. */
export function pathOf({ bytes, bounds }: StatBatch, index: number): Uint8Array {
  // Behind the tag of the stat and its length the path is first.
  let at = skipVarint(bytes, (bounds[2 * index] ?? 0) + 1) + 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return bytes.subarray(at, at + length);
  }
}

function skipVarint(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at++] ?? 0) >= 0x80);
  return at;
}

/** An extended attribute as a field of a stat. */
export function xattrField(name: Uint8Array, value: Uint8Array): Uint8Array {
  const pair = Buffer.concat([field(0x0a, name), field(0x12, value)]);
  return field(0x52, pair);
}

function field(tag: number, content: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintLength(content.length) + content.length);
  bytes[0] = tag;
  bytes.set(content, writeVarint(bytes, 1, content.length));
  return bytes;
}

/** A batch whose entries have further fields: those that `more` gives for their places. */
export function withFields(
  batch: StatBatch,
  more: (index: number) => Uint8Array | undefined,
): StatBatch {
  const packets = Array.from({ length: batch.bounds.length / 2 }, (_, index) => {
    const packet = batch.bytes.subarray(batch.bounds[2 * index], batch.bounds[2 * index + 1]);
    const fields = more(index);
    return fields
      ? field(0x12, Buffer.concat([packet.subarray(skipVarint(packet, 1)), fields]))
      : packet;
  });
  const bounds = new Uint32Array(batch.bounds.length);
  let end = 0;
  for (const [index, { length }] of packets.entries()) {
    bounds[2 * index] = end + HEAD;
    bounds[2 * index + 1] = end += HEAD + length;
  }
  const bytes = new Uint8Array(frame(...packets));
  return { bytes, bounds };
}
