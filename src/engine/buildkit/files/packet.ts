/**
 * The packets of fsutil's file exchange, written by hand: there are as many as files, and a name need not be the UTF-8
 * that a generated codec insists on. A packet is {1: type, 2: stat, 3: id, 4: data}, a stat {1: path, 2: mode, 3: uid,
 * 4: gid, 5: size, 6: mtime, 7: linkname, 8: devmajor, 9: devminor, 10: xattrs}; the sender of a list numbers no entry.
 */

import { nameOf } from './names.ts';
import { readFields, writeVarint } from './wire.ts';

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
