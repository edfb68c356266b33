import { bytesOf, nameOf } from '../buildkit/files/names.ts';
import { EngineError } from '../errors.ts';

/** What an entry of a tar archive is; `other` is a device, a pipe or a socket. */
export type TarType = 'file' | 'directory' | 'symlink' | 'link' | 'other';

/** The header of one entry. */
export interface TarHeader {
  /** As the archive says it, without a closing slash; as in names.ts where it is not UTF-8. Never to be trusted as a path. */
  readonly name: string;
  readonly type: TarType;
  /** Permission bits with setuid, setgid and sticky: 0o7777 at the most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Target of a link, as it is written. */
  readonly linkname: string;
  /** Extended attributes by their PAX keyword (`SCHILY.xattr.…`), bytes as they are: capabilities are binary. */
  readonly xattrs: ReadonlyMap<string, Buffer>;
}

/** Size of a header and the unit that contents are padded to. Bytes. */
export const BLOCK = 512;

const types: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'directory',
};
const flags: Readonly<Record<TarType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  directory: '5',
  other: '6',
};

/** Bytes to the next whole block. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** What long headers before an entry say of it. */
export interface Extended {
  readonly pax: ReadonlyMap<string, Buffer>;
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
}

/** The type flag and the size of content of a raw header. @throws EngineError `not-an-engine` when it is none */
export function readBlock(block: Buffer): { readonly flag: string; readonly size: number } {
  if (readNumber(block, 148, 8) !== checksum(block))
    throw new EngineError('not-an-engine', 'The archive arrived garbled.');
  return { flag: String.fromCharCode(block[156] ?? 0), size: readNumber(block, 124, 12) };
}

/** Reads the header of an entry (POSIX.1-1988 `ustar`, with what PAX or GNU headers before it said). */
export function readHeader(block: Buffer, { pax, longName, longLink }: Extended): TarHeader {
  const said = (key: string) => {
    const value = pax.get(key);
    return value && nameOf(value);
  };
  const number = (key: string, at: number, length: number) => {
    const text = said(key);
    return text === undefined ? readNumber(block, at, length) : Number(text);
  };
  const ustar = block.toString('latin1', 257, 262) === 'ustar';
  const prefix = ustar && block[262] === 0 ? readText(block, 345, 155) : '';
  const plain = readText(block, 0, 100);
  const name = said('path') ?? longName ?? (prefix ? `${prefix}/${plain}` : plain);
  const flag = String.fromCharCode(block[156] ?? 0);
  const old = flag === '\0' && name.endsWith('/');
  return {
    name: name.length > 1 ? name.replace(/\/+$/, '') : name,
    type: old ? 'directory' : (types[flag] ?? 'other'),
    mode: readNumber(block, 100, 8) & 0o7777,
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    size: number('size', 124, 12),
    mtime: Math.floor(number('mtime', 136, 12) * 1000),
    linkname: said('linkpath') ?? longLink ?? readText(block, 157, 100),
    xattrs: new Map([...pax].filter(([key]) => key.startsWith('SCHILY.xattr.'))),
  };
}

/** Reads the records of a PAX header: `length key=value\n`. What is malformed ends the reading. */
export function readPax(body: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  let at = 0;
  while (at < body.length) {
    const blank = body.indexOf(0x20, at);
    const length = blank < 0 ? Number.NaN : Number(body.toString('latin1', at, blank));
    const equals = body.indexOf(0x3d, blank);
    if (!(length > 0) || equals < 0 || at + length > body.length) break;
    records.set(
      body.toString('utf8', blank + 1, equals),
      body.subarray(equals + 1, at + length - 1),
    );
    at += length;
  }
  return records;
}

/**
 * The header of an entry as bytes, after a PAX header where the old format has no room: long or non-ASCII names, times with
 * fractions or far away, large ids and sizes, extended attributes.
 */
export function writeHeader(header: TarHeader): Buffer {
  const { type, mode, uid, gid, mtime, xattrs } = header;
  const name = type === 'directory' ? `${header.name}/` : header.name;
  const size = type === 'file' ? header.size : 0;
  const pax = new Map<string, Buffer>(xattrs);
  const add = (key: string, value: string) => pax.set(key, bytesOf(value));
  if (!fits(name)) add('path', name);
  if (!fits(header.linkname)) add('linkpath', header.linkname);
  if (uid > 0o7777777) add('uid', String(uid));
  if (gid > 0o7777777) add('gid', String(gid));
  if (size > 0o77777777777) add('size', String(size));
  if (mtime % 1000 !== 0 || mtime < 0 || mtime / 1000 > 0o77777777777)
    add('mtime', (mtime / 1000).toFixed(3));
  const fields = { name, linkname: header.linkname, mode, uid, gid, size, mtime };
  const own = block({ ...fields, flag: flags[type] });
  if (pax.size === 0) return own;
  const body = writePax(pax);
  const before = { name: 'pax', linkname: '', mode: 0o644, uid: 0, gid: 0, mtime: 0 };
  const head = block({ ...before, size: body.length, flag: 'x' });
  return Buffer.concat([head, body, Buffer.alloc(padding(body.length)), own]);
}

/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

const fits = (text: string) => /^[\x20-\x7e]{0,100}$/.test(text);

function writePax(records: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  for (const [key, value] of records) {
    const rest = Buffer.byteLength(key) + value.length + 3;
    // The length counts its own digits.
    let length = rest + String(rest).length;
    if (rest + String(length).length > length) length += 1;
    parts.push(Buffer.from(`${length} ${key}=`), value, Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

interface Fields {
  readonly name: string;
  readonly linkname: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly flag: string;
}

function block({ name, linkname, mode, uid, gid, size, mtime, flag }: Fields): Buffer {
  const out = Buffer.alloc(BLOCK);
  const text = (value: string, at: number, length: number) =>
    void bytesOf(value).copy(out, at, 0, length);
  // What does not fit stands in the PAX header, whose values go before these.
  const octal = (value: number, at: number, length: number) => {
    const most = 8 ** (length - 1) - 1;
    const digits = value >= 0 && value <= most ? Math.floor(value) : 0;
    text(digits.toString(8).padStart(length - 1, '0'), at, length);
  };
  text(name, 0, 100);
  octal(mode & 0o7777, 100, 8);
  octal(uid, 108, 8);
  octal(gid, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(mtime / 1000), 136, 12);
  text(flag, 156, 1);
  text(linkname, 157, 100);
  text('ustar\u000000', 257, 8);
  text(checksum(out).toString(8).padStart(6, '0'), 148, 6);
  out[155] = 0x20;
  return out;
}

/** The sum of all bytes, those of the sum itself taken for blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at > 155) sum += block[at] ?? 0;
  return sum;
}

function readText(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return nameOf(block.subarray(at, end < 0 || end > at + length ? at + length : end));
}

/** Octal digits, or GNU's binary form of numbers that are too large for these. */
function readNumber(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if (first === 0x80 || first === 0xff) {
    let value = 0;
    for (let i = at + 1; i < at + length; i++)
      value = value * 256 + (first === 0xff ? 255 - (block[i] ?? 0) : (block[i] ?? 0));
    return first === 0xff ? -value - 1 : value;
  }
  const digits = /[0-7]+/.exec(block.toString('latin1', at, at + length))?.[0];
  return digits === undefined ? 0 : Number.parseInt(digits, 8);
}
