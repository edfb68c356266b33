import { EngineError } from '../errors.ts';
import { damaged } from './decompressed.ts';

/** Of RFC 8878, section 3.1: frames of blocks, and frames to be skipped, whose number has any last four bits. */
const FRAME = 0xfd2fb528;
const SKIPPED = 0x0184d2a5;
const SINGLE_SEGMENT = 0x20;
const CHECKSUM = 0x04;
const REPEATED = 1;
const MOST_BLOCK = 128 * 1024;
/** Bytes of a window at most: those that Node.js allows, and the program zstd unless it is told otherwise. */
const MOST_WINDOW = 128 * 1024 * 1024;

/** Reads what begins a part of the data; undefined while not all of that has come. */
type Part = (
  bytes: Buffer,
) => { readonly length: number; readonly next: Part; readonly skipped?: true } | undefined;

/** A piece of a frame, and whether the frame ends with it. */
export interface FramePiece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * Cuts data of zstd, as it comes and before it is decompressed, at the ends of its frames, leaves out those to be skipped, and
 * refuses what would take too much memory.
 * @throws EngineError `dropped` for what is damaged or cut, `not-supported` for a frame with a window of more than 128 MB, and
 * what `source` throws
 */
export async function* zstdFrames(source: AsyncIterable<Buffer>): AsyncGenerator<FramePiece> {
  let next: Part = frame;
  let ahead = 0;
  let skipped: true | undefined;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    rest = Buffer.concat([rest, piece]);
    while (rest.length > 0) {
      if (ahead === 0) {
        const part = next(rest);
        if (!part) break;
        ({ length: ahead, next, skipped } = part);
      }
      const bytes = rest.subarray(0, ahead);
      rest = rest.subarray(bytes.length);
      ahead -= bytes.length;
      if (!skipped) yield { bytes, isLast: ahead === 0 && next === frame };
    }
  }
  if (next !== frame || ahead > 0 || rest.length > 0) throw damaged();
}

function frame(bytes: Buffer): ReturnType<Part> {
  if (bytes.length < 5) return undefined;
  const magic = bytes.readUInt32LE(0);
  if (magic >>> 4 === SKIPPED)
    return bytes.length < 8
      ? undefined
      : { length: 8 + bytes.readUInt32LE(4), next: frame, skipped: true };
  if (magic !== FRAME) throw damaged();
  const flags = bytes.readUInt8(4);
  const isSingle = (flags & SINGLE_SEGMENT) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeAt = (isSingle ? 5 : 6) + dictionary;
  const length = sizeAt + ([isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0);
  if (bytes.length < length) return undefined;
  const window = isSingle ? contentSize(bytes.subarray(sizeAt, length)) : windowSize(bytes[5] ?? 0);
  if (window > MOST_WINDOW)
    throw new EngineError(
      'not-supported',
      'A layer of the export is compressed so that more than 128 MB of memory are needed to read it.',
    );
  return { length, next: (flags & CHECKSUM) === 0 ? block : blockBeforeChecksum };
}

/** What a frame without a window says that its content has, which is its window. */
function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

const block: Part = (bytes) => readBlock(bytes, block, 0);
const blockBeforeChecksum: Part = (bytes) => readBlock(bytes, blockBeforeChecksum, 4);

/** A block, behind which come `end` bytes if it is the last one, and otherwise another as `next` reads it. */
function readBlock(bytes: Buffer, next: Part, end: number): ReturnType<Part> {
  if (bytes.length < 3) return undefined;
  const head = bytes.readUIntLE(0, 3);
  const size = head >> 3;
  if (size > MOST_BLOCK) throw damaged();
  const length = 3 + (((head >> 1) & 3) === REPEATED ? 1 : size);
  return (head & 1) === 0 ? { length, next } : { length: length + end, next: frame };
}
