/** One line of a stream of JSON values: what it held, or why it could not be read. */
export type JsonLine =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      /** The start of the line. */
      readonly text: string;
      readonly problem: 'not-json' | 'too-long';
    };

/** As much of a line that cannot be read is kept for the message. Characters. */
const KEPT = 200;
const NEWLINE = 0x0a;

/**
 * Reads JSON values, one a line, out of byte chunks cut anywhere. Empty lines are skipped, a last line without its
 * newline counts, and a line that is not JSON is an item, not the end.
 * @param options.maxLine longest line that is kept, bytes; a longer one is reported and skipped. Default 16 MiB.
 * @throws what `source` throws.
 */
export async function* ndjson(
  source: AsyncIterable<Uint8Array | string>,
  options: { readonly maxLine?: number } = {},
): AsyncGenerator<JsonLine, void, undefined> {
  const maxLine = options.maxLine ?? 16 * 1024 * 1024;
  // The current line so far. Bytes, not text, for a character may be cut in two.
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    const fits = size <= maxLine;
    size += part.length;
    if (fits && part.length) parts.push(size > maxLine ? part.subarray(0, KEPT * 4) : part);
  };
  const line = (): JsonLine | undefined => {
    const tooLong = size > maxLine;
    const text = Buffer.concat(tooLong ? parts.slice(0, 1) : parts).toString();
    parts = [];
    size = 0;
    if (tooLong) return { ok: false, text: text.slice(0, KEPT), problem: 'too-long' };
    return text.trim() ? parseLine(text) : undefined;
  };

  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : view(chunk);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0) break;
      take(bytes.subarray(start, end));
      start = end + 1;
      const item = line();
      if (item) yield item;
    }
    take(bytes.subarray(start));
  }
  const last = line();
  if (last) yield last;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function parseLine(text: string): JsonLine {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The caller is told by the item, and decides.
    return { ok: false, text: text.slice(0, KEPT), problem: 'not-json' };
  }
}
