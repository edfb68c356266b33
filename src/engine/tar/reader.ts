import { nameOf } from '../buildkit/files/names.ts';
import { EngineError } from '../errors.ts';
import { BLOCK, padding, readBlock, readHeader, readPax } from './header.ts';
import type { Extended, TarHeader } from './header.ts';

/** One entry while it is read. */
export interface TarEntry {
  readonly header: TarHeader;
  /** Its content, piece by piece as it comes; what is not read before the next entry is asked for is skipped. */
  readonly content: AsyncIterable<Buffer>;
}

/** No header is larger: names have 4,096 bytes and attributes 65,536 at the most. Bytes. */
const LARGEST_HEADER = 1024 * 1024;

const nothing: Extended = { pax: new Map(), longName: undefined, longLink: undefined };

/**
 * Reads a tar archive as it comes, holding no more than a header and one piece of content. Leaving the loop early destroys
 * the source, and with it the request behind it.
 * @throws EngineError `dropped` when the archive ends within an entry, `not-an-engine` when it is none, or what `source` throws
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = createInput(source);
  let extended = nothing;
  try {
    for (;;) {
      const block = await input.take(BLOCK);
      if (!block) return;
      // Two of them end the archive; what may follow is filling.
      if (block.every((byte) => byte === 0)) {
        await input.drain();
        return;
      }
      const { flag, size } = readBlock(block);
      if ('xgLK'.includes(flag)) {
        if (size > LARGEST_HEADER)
          throw new EngineError('not-an-engine', 'The archive has a header that is too large.');
        const body = await input.need(size + padding(size));
        extended = extend(extended, flag, body.subarray(0, size));
        continue;
      }
      const header = readHeader(block, extended);
      extended = nothing;
      const length = header.type === 'file' ? header.size : size;
      const left = { bytes: length };
      yield { header, content: contentOf(input, left) };
      await input.skip(left.bytes + padding(length));
    }
  } finally {
    await input.close();
  }
}

function extend(before: Extended, flag: string, body: Buffer): Extended {
  const text = () => nameOf(body).replace(/\0+$/, '');
  if (flag === 'L') return { ...before, longName: text() };
  if (flag === 'K') return { ...before, longLink: text() };
  // Global headers hold comments of whoever made the archive; engines write none.
  return flag === 'x' ? { ...before, pax: new Map([...before.pax, ...readPax(body)]) } : before;
}

async function* contentOf(input: Input, left: { bytes: number }): AsyncGenerator<Buffer> {
  while (left.bytes > 0) {
    const piece = await input.piece(left.bytes);
    left.bytes -= piece.length;
    yield piece;
  }
}

type Input = ReturnType<typeof createInput>;

/** The source, cut into the pieces that are asked for. */
function createInput(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const cut = () => new EngineError('dropped', 'The archive was cut off.');

  /** Holds the next piece; false at the end. */
  async function fill(): Promise<boolean> {
    while (held.length === 0) {
      const next = await iterator.next();
      if (next.done) return false;
      const { buffer, byteOffset, byteLength } = next.value;
      held = Buffer.from(buffer, byteOffset, byteLength);
    }
    return true;
  }

  /** Up to `most` bytes, at least one. */
  async function piece(most: number): Promise<Buffer> {
    if (held.length === 0 && !(await fill())) throw cut();
    const taken = held.subarray(0, most);
    held = held.subarray(taken.length);
    return taken;
  }

  /** Just so many bytes. */
  async function need(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = size; left > 0; left -= parts.at(-1)?.length ?? 0)
      parts.push(await piece(left));
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  return {
    piece,
    need,
    /** Just so many bytes, undefined at the end. */
    take: async (size: number) => ((await fill()) ? need(size) : undefined),
    async skip(size: number) {
      for (let left = size; left > 0;) left -= (await piece(left)).length;
    },
    async drain() {
      do held = Buffer.alloc(0);
      while (await fill());
    },
    close: async () => void (await iterator.return?.()),
  };
}
