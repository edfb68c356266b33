import { HEAD, frame, writeHead } from '../grpc/frames.ts';
import { bytesOf, isRaw } from './names.ts';
import { varintLength, writeVarint } from './wire.ts';

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
