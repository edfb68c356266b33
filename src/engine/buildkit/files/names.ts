/**
 * Names of files as strings that lose nothing. A name is bytes to Linux and need not be UTF-8; here each byte that is
 * part of no UTF-8 sequence becomes a lone surrogate, U+DC00 plus the byte, which no decoded text can hold.
 */

const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** Whether a name stands for bytes that are not UTF-8, so that Node can only take it as a Buffer. */
export function isRaw(name: string): boolean {
  return ESCAPED.test(name);
}

/** Reads a name, or anything in UTF-8 or not. */
export function nameOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return text.includes('\ufffd') ? readCarefully(buffer) : text;
}

function readCarefully(buffer: Buffer): string {
  let text = '';
  let from = 0;
  while (from < buffer.length) {
    const to = from + sequenceAt(buffer, from);
    text +=
      to > from
        ? buffer.toString('utf8', from, to)
        : String.fromCharCode(0xdc00 + (buffer[from] ?? 0));
    from = Math.max(to, from + 1);
  }
  return text;
}

/** The length of the UTF-8 sequence that starts at an offset; 0 when none does. */
function sequenceAt(buffer: Buffer, at: number): number {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > buffer.length) return 0;
  for (let index = at + 1; index < at + length; index++)
    if (((buffer[index] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = buffer[at + 1] ?? 0;
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}

/** The bytes of a name. */
export function bytesOf(name: string): Buffer {
  if (!isRaw(name)) return Buffer.from(name);
  const parts: Buffer[] = [];
  for (const mark of name) {
    const code = mark.codePointAt(0) ?? 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(mark));
  }
  return Buffer.concat(parts);
}

/** A path as `node:fs` takes it. */
export function fsPath(path: string): string | Buffer {
  return isRaw(path) ? bytesOf(path) : path;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Sorts names by their bytes, in place. */
export function sortNames(names: string[]): string[] {
  // UTF-16 sorts as UTF-8 does as long as there are no surrogates.
  return names.some((name) => SURROGATE.test(name))
    ? names.sort((one, other) => Buffer.compare(bytesOf(one), bytesOf(other)))
    : names.sort();
}

/** A name as a person can read it in a message: bytes that are not UTF-8 as the replacement character. */
export function readable(name: string): string {
  return isRaw(name) ? bytesOf(name).toString('utf8') : name;
}
