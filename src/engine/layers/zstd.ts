import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { damaged, decompressed } from './decompressed.ts';
import { type FramePiece, zstdFrames } from './zstdFrames.ts';

/** A block of four bytes may become 128 KB, so with so many bytes at once some 32 MB are held at the most. */
const FED = 1024;

/** Frames of which each has a decompressor of Node.js made for it; what comes behind them is decompressed without. */
const NATIVE_FRAMES = 1000;

/** Makes a decompressor that need not go on behind the end of a frame. */
type MakeDecompressor = () => Transform;

/** That of Node.js, which has one from 22.15 on and ends with the first frame. */
export const NATIVE = Reflect.get(zlib, 'createZstdDecompress') as MakeDecompressor | undefined;

/**
 * What comes out of data of zstd, of however many frames. Without `native` checksums are not looked at.
 * @throws EngineError `dropped` for what is damaged or ends early, `not-supported` for a window of more than 128 MB, and what
 * `source` throws
 */
export async function* unzstd(
  source: AsyncIterable<Buffer>,
  native: MakeDecompressor | undefined,
): AsyncGenerator<Uint8Array> {
  const pieces = zstdFrames(source);
  try {
    if (native)
      for (let frames = 0; frames < NATIVE_FRAMES; frames++) {
        const next = await pieces.next();
        if (next.done) return;
        yield* decompressed(frameOf(next.value, pieces), native());
      }
    yield* inJavaScript(pieces);
  } finally {
    await pieces.return(undefined);
  }
}

/** The rest of a frame, behind its first piece. */
async function* frameOf(
  first: FramePiece,
  pieces: AsyncGenerator<FramePiece, void>,
): AsyncGenerator<Buffer> {
  yield first.bytes;
  if (first.isLast) return;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    yield next.value.bytes;
    if (next.value.isLast) return;
  }
}

async function* inJavaScript(pieces: AsyncIterable<FramePiece>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const decompressor = new Decompress((piece) => void ready.push(piece));
  const feed = (piece: Buffer, isLast: boolean): Uint8Array[] => {
    try {
      decompressor.push(piece, isLast);
    } catch (cause) {
      throw damaged(cause);
    }
    return ready.splice(0);
  };
  for await (const { bytes } of pieces)
    for (let at = 0; at < bytes.length; at += FED) yield* feed(bytes.subarray(at, at + FED), false);
  yield* feed(Buffer.alloc(0), true);
}
