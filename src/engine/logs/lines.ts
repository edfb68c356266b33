import { frameReader } from '../demux.ts';
import { createStampReader } from './stamp.ts';

/** Most bytes that are kept of a line; what is beyond is counted only. */
export const LONGEST_LINE = 65_000;

/**
 * The engine cuts what a container writes into messages of this many bytes, and with `timestamps` begins each with its
 * time, those in the middle of a line too (moby: daemon/logger/copier.go).
 */
const LONGEST_MESSAGE = 16_384;
const STAMP_WITHIN = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /g;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A line of a log as it was read. */
export interface ReadLine {
  readonly stderr: boolean;
  /** When the engine got it, seconds since the epoch; 0 for a line of which that isn't known. */
  readonly seconds: number;
  readonly nanos: number;
  /** Without its end. A view of what was read: to be copied before it is kept. */
  readonly text: Buffer;
  /** Bytes that the line had beyond these. */
  readonly cut: number;
}

export interface LineReader {
  /** Takes what has come, cut anywhere. @throws EngineError as `demux` does */
  take(chunk: Buffer): void;
  /** To be called after the last piece: what has no end of line yet is a line then. @throws EngineError */
  end(): void;
  /** Gives out what has no end of line yet; for a stream that broke. */
  flush(): void;
}

interface Pending {
  readonly stderr: boolean;
  /** The line so far; empty between two lines. */
  pieces: Buffer[];
  size: number;
  cut: number;
  begun: boolean;
  /** The next byte may begin a time. */
  expects: boolean;
  /** Beginning of what may be a time, when it came in several pieces. */
  held: Buffer | undefined;
  seconds: number;
  nanos: number;
}

/**
 * Makes lines out of a log read with `timestamps`. Bytes stay bytes: a character that is cut in two by the way here is
 * whole again in its line. The two streams are lines of their own each.
 * @param tty whether the container has a terminal: then nothing is framed, and every line begins with its time.
 */
export function createLineReader(tty: boolean, onLine: (line: ReadLine) => void): LineReader {
  const frames = frameReader(tty);
  const stamp = createStampReader();
  const pending = (stderr: boolean): Pending => ({
    stderr,
    pieces: [],
    size: 0,
    cut: 0,
    begun: false,
    expects: tty,
    held: undefined,
    seconds: 0,
    nanos: 0,
  });
  const streams = { stdout: pending(false), stderr: pending(true) };

  function append(to: Pending, data: Buffer): void {
    const room = LONGEST_LINE - to.size;
    const kept = data.length > room ? data.subarray(0, Math.max(room, 0)) : data;
    to.begun = true;
    to.cut += data.length - kept.length;
    if (kept.length === 0) return;
    to.pieces.push(kept);
    to.size += kept.length;
  }

  function emit(from: Pending, last: Buffer): void {
    let text = last;
    let { cut } = from;
    if (from.begun || last.length > LONGEST_LINE) {
      append(from, last);
      text = Buffer.concat(from.pieces);
      ({ cut } = from);
      if (tty && text.length > LONGEST_MESSAGE) text = withoutStamps(text);
    }
    if (cut === 0 && text[text.length - 1] === RETURN) text = text.subarray(0, -1);
    const { stderr, seconds, nanos } = from;
    from.pieces = [];
    from.size = 0;
    from.cut = 0;
    from.begun = false;
    onLine({ stderr, seconds, nanos, text, cut });
  }

  function take(to: Pending, piece: Buffer, begins: boolean): void {
    let data = piece;
    if (begins) {
      // A time that was cut off by the end of its message was none.
      if (to.held) append(to, to.held);
      to.held = undefined;
      to.expects = true;
    }
    if (to.held) {
      data = Buffer.concat([to.held, piece]);
      to.held = undefined;
    }
    let at = 0;
    while (at < data.length) {
      if (to.expects) {
        const taken = stamp.read(data, at, data.length);
        if (taken < 0) {
          to.held = Buffer.from(data.subarray(at));
          return;
        }
        to.expects = false;
        if (taken > 0 && !to.begun) {
          to.seconds = stamp.seconds;
          to.nanos = stamp.nanos;
        }
        at += taken;
        if (at >= data.length) return;
      }
      const end = data.indexOf(NEWLINE, at);
      if (end < 0) {
        append(to, data.subarray(at));
        return;
      }
      emit(to, data.subarray(at, end));
      at = end + 1;
      to.expects = tty;
    }
  }

  function flush(): void {
    for (const stream of [streams.stdout, streams.stderr]) {
      if (stream.held) append(stream, stream.held);
      stream.held = undefined;
      if (stream.begun) emit(stream, Buffer.alloc(0));
    }
  }

  return {
    take(chunk) {
      for (const { stream, data, begins = false } of frames.read(chunk))
        take(streams[stream], data, begins);
    },
    end() {
      for (const { stream, data, begins = false } of frames.end())
        take(streams[stream], data, begins);
      flush();
    },
    flush,
  };
}

/** A long line of a terminal without the times that the engine put into its middle. */
function withoutStamps(text: Buffer): Buffer {
  const rest = text.subarray(LONGEST_MESSAGE).toString('latin1');
  const kept = rest.replaceAll(STAMP_WITHIN, '');
  if (kept.length === rest.length) return text;
  return Buffer.concat([text.subarray(0, LONGEST_MESSAGE), Buffer.from(kept, 'latin1')]);
}
