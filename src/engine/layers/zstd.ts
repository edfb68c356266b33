import { EngineError } from '../errors.ts';
import { createFrameCheck } from './zstdFrames.ts';

/** A block of four bytes may become 128 KB, so with so many bytes at once some 32 MB are held at the most. */
const FED = 1024;

/**
 * What comes out of data of zstd, for a Node.js that has no decompressor of its own (before 22.15). Checksums are not looked at.
 * @throws EngineError `dropped` for what is damaged or ends early, `not-supported` for a window of more than 128 MB, and what
 * `source` throws
 */
export async function* unzstd(source: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const decompressor = new Decompress((piece) => void ready.push(piece));
  const frames = createFrameCheck();
  const feed = (piece: Buffer, isLast: boolean): Uint8Array[] => {
    try {
      frames.push(piece);
      if (isLast) frames.end();
      decompressor.push(piece, isLast);
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      throw new EngineError('dropped', 'A layer of the export cannot be decompressed.', { cause });
    }
    return ready.splice(0);
  };
  for await (const piece of source)
    for (let at = 0; at < piece.length; at += FED) yield* feed(piece.subarray(at, at + FED), false);
  yield* feed(Buffer.alloc(0), true);
}
