import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { EngineError } from './errors.ts';

/** A piece of a container's output. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
  /** A payload begins here: for a log, another of its messages. Never so where output is raw. */
  readonly begins?: boolean;
}

/** Splits what comes in pieces, without waiting for anything. */
export interface FrameReader {
  /** @throws as {@link demux} */
  read(chunk: Buffer): Generator<Frame, void, undefined>;
  /** To be called after the last piece. @throws as {@link demux} */
  end(): Generator<Frame, void, undefined>;
}

const HEADER = 8;

/**
 * Splits the stream of attach, exec and logs into stdout and stderr. Engine API: "Stream format" of
 * `POST /containers/{id}/attach`: 8 bytes of header (type, three zeroes, length big-endian) before each payload.
 * A payload is passed on as it comes, so that a huge frame is never held; nothing is copied but split headers.
 * @param options.tty true: the container has a terminal and its output is raw; false: framed. Left out, the first
 *   header decides.
 * @throws EngineError `dropped` when the stream ends within a frame, `not-an-engine` when what should be a header is
 *   none, `server` with the engine's own words when it reports an error in the stream; or what `source` throws.
 */
export async function* demux(
  source: AsyncIterable<Uint8Array>,
  options: { readonly tty?: boolean | undefined } = {},
): AsyncGenerator<Frame, void, undefined> {
  const reader = frameReader(options.tty);
  for await (const chunk of source) {
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    yield* reader.read(bytes);
  }
  yield* reader.end();
}

/**
 * Writes the two streams to their outputs, waiting for the slower one. Does not end the outputs.
 * @throws as {@link demux}, and when an output fails.
 */
export async function demuxTo(
  source: AsyncIterable<Uint8Array>,
  outputs: { readonly stdout: Writable; readonly stderr: Writable },
  options: { readonly tty?: boolean | undefined } = {},
): Promise<void> {
  for await (const { stream, data } of demux(source, options)) {
    const output = outputs[stream];
    if (output.destroyed) throw output.errored ?? new EngineError('cancelled', 'Cancelled.');
    if (output.write(data)) continue;
    const closed = new AbortController();
    const stop = () => closed.abort();
    output.once('close', stop);
    try {
      await once(output, 'drain', { signal: closed.signal });
    } catch (error) {
      throw output.errored ?? new EngineError('cancelled', 'Cancelled.', { cause: error });
    } finally {
      output.off('close', stop);
    }
  }
}

/**
 * Makes the reader of one stream.
 * @param tty true: raw; false: framed; undefined: the first header decides.
 */
export function frameReader(tty: boolean | undefined): FrameReader {
  const header = Buffer.alloc(HEADER);
  let filled = 0;
  let type = 0;
  let left = 0;
  let raw = tty === true;
  let first = tty === undefined;
  let complaint = '';
  let begins = false;

  const piece = (data: Buffer): Frame[] => {
    // Type 3 is the engine itself, reporting what went wrong while it was streaming.
    if (type === 3) {
      complaint += data.toString();
      return [];
    }
    const frame: Frame = { stream: type === 2 ? 'stderr' : 'stdout', data, begins };
    begins = false;
    return [frame];
  };
  return {
    *read(chunk: Buffer): Generator<Frame, void, undefined> {
      let at = 0;
      while (at < chunk.length) {
        if (raw) {
          yield { stream: 'stdout', data: chunk.subarray(at) };
          return;
        }
        if (left > 0) {
          const data = chunk.subarray(at, at + left);
          at += data.length;
          left -= data.length;
          yield* piece(data);
          if (type === 3 && left === 0) throw new EngineError('server', complaint.trim());
          continue;
        }
        const part = chunk.subarray(at, at + HEADER - filled);
        part.copy(header, filled);
        at += part.length;
        filled += part.length;
        const valid = header
          .subarray(0, filled)
          .every((byte, i) => (i === 0 ? byte <= 3 : i > 3 || byte === 0));
        if (!valid && !first)
          throw new EngineError('not-an-engine', 'The output of the container arrived garbled.');
        if (!valid) {
          const data = Buffer.from(header.subarray(0, filled));
          raw = true;
          first = false;
          filled = 0;
          yield { stream: 'stdout', data };
          continue;
        }
        if (filled < HEADER) continue;
        first = false;
        filled = 0;
        type = header[0] ?? 0;
        left = header.readUInt32BE(4);
        begins = true;
      }
    },
    *end(): Generator<Frame, void, undefined> {
      // Too short for a header, and never known to be framed: the little there is, is output.
      if (first && filled > 0) {
        yield { stream: 'stdout', data: Buffer.from(header.subarray(0, filled)) };
        return;
      }
      if (left > 0 || filled > 0)
        throw new EngineError('dropped', 'The output of the container was cut off.');
    },
  };
}
