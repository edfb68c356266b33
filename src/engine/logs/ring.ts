import { lastWhile } from '../../util/search.ts';

/** What is held at most. */
export interface RingLimits {
  readonly lines: number;
  /** Of text, and of what is noted of each line. */
  readonly bytes: number;
}

/** What is said of a line beside its text, as bits. */
export const FLAGS = {
  stderr: 1,
  /** Not from the container: something that happened to it. */
  mark: 2,
  /** A mark that tells of something bad. */
  bad: 4,
  /** The line was longer than what is held of it. */
  cut: 8,
} as const;

/** A line as it is held. */
export interface HeldLine {
  /** Its number since the beginning: stays with it. */
  readonly index: number;
  /** Milliseconds since the epoch, to a fraction of a microsecond; 0 when it isn't known. */
  readonly time: number;
  /** Number of the container that it is of. */
  readonly source: number;
  /** Of {@link FLAGS}. */
  readonly flags: number;
  readonly text: string;
  /** Bytes that were left out. */
  readonly cut: number;
}

/** Lines that lie together, as they are searched. */
export interface Block {
  readonly first: number;
  readonly count: number;
  /** Where each line ends, in bytes, the newline behind it included. */
  readonly ends: Uint32Array;
  readonly flags: Uint8Array;
  readonly sources: Uint16Array;
  /** Each line with a newline behind it, UTF-8. */
  readonly bytes: Buffer;
}

export interface LogRing {
  /** Number of the oldest line that is held: so many have been dropped. */
  readonly first: number;
  /** Number that the next line gets. */
  readonly end: number;
  /** Bytes that are held in memory. */
  readonly size: number;
  /** Takes a line, and drops the oldest when there would be too much. The text is copied; it has no newline in it. */
  push(text: Uint8Array, time: number, source: number, flags: number, cut?: number): void;
  line(index: number): HeldLine | undefined;
  /** The lines that lie together with this one. What comes after `count` lines may change. */
  block(index: number): Block | undefined;
}

/** Small enough for V8 to make its text fast: what is larger than this it makes among large objects, much slower. */
const BLOCK_BYTES = 65_536;
const BLOCK_LINES = 2048;
/** Of each line: its end, time, source and flags. */
const LINE_BYTES = 15;
/** What the block that is written takes, however full it is. */
const OPEN_BYTES = BLOCK_BYTES + BLOCK_LINES * LINE_BYTES;

interface Chunk {
  first: number;
  count: number;
  bytes: Buffer;
  used: number;
  ends: Uint32Array;
  times: Float64Array;
  sources: Uint16Array;
  flags: Uint8Array;
}

/**
 * Holds the last lines of a log in memory that is bounded: as bytes in blocks of 64 KB, with numbers beside them, so that a
 * million lines are some thousand objects.
 */
export function createRing(limits: RingLimits): LogRing {
  const chunks: Chunk[] = [];
  const cuts = new Map<number, number>();
  let open = emptyChunk(0);
  let sealedBytes = 0;

  const first = () => chunks[0]?.first ?? open.first;
  const end = () => open.first + open.count;

  /** Closes the block that is written, giving back what it does not need. */
  function seal(): void {
    const { count, used } = open;
    const sealed: Chunk = {
      ...open,
      // Not `Buffer.from`: it takes small ones from a pool that lives as long as any of them.
      bytes: Buffer.alloc(used),
      ends: open.ends.slice(0, count),
      times: open.times.slice(0, count),
      sources: open.sources.slice(0, count),
      flags: open.flags.slice(0, count),
    };
    open.bytes.copy(sealed.bytes, 0, 0, used);
    chunks.push(sealed);
    sealedBytes += weightOf(sealed);
    // What it was written into is written anew.
    open = { ...open, first: open.first + count, count: 0, used: 0 };
    drop();
  }

  function drop(): void {
    while (end() - first() > limits.lines || sealedBytes > limits.bytes - OPEN_BYTES) {
      const oldest = chunks.shift();
      if (!oldest) return;
      sealedBytes -= weightOf(oldest);
      for (const index of cuts.keys()) {
        if (index >= oldest.first + oldest.count) break;
        cuts.delete(index);
      }
    }
  }

  function chunkOf(index: number): Chunk | undefined {
    if (index >= open.first) return index < end() ? open : undefined;
    return lastWhile(chunks, (chunk) => chunk.first <= index);
  }

  return {
    get first() {
      return first();
    },
    get end() {
      return end();
    },
    get size() {
      return sealedBytes + OPEN_BYTES;
    },
    push(text, time, source, flags, cut = 0) {
      const most = BLOCK_BYTES - 1;
      const kept = text.length > most ? text.subarray(0, most) : text;
      if (open.count === BLOCK_LINES || open.used + kept.length + 1 > BLOCK_BYTES) seal();
      const left = cut + text.length - kept.length;
      const at = open.count++;
      open.bytes.set(kept, open.used);
      open.used += kept.length;
      open.bytes[open.used++] = 0x0a;
      open.ends[at] = open.used;
      open.times[at] = time;
      open.sources[at] = source;
      open.flags[at] = left > 0 ? flags | FLAGS.cut : flags;
      if (left > 0) cuts.set(open.first + at, left);
    },
    line(index) {
      const chunk = chunkOf(index);
      if (!chunk) return undefined;
      const at = index - chunk.first;
      return {
        index,
        time: chunk.times[at] ?? 0,
        source: chunk.sources[at] ?? 0,
        flags: chunk.flags[at] ?? 0,
        text: chunk.bytes.toString('utf8', chunk.ends[at - 1] ?? 0, (chunk.ends[at] ?? 1) - 1),
        cut: cuts.get(index) ?? 0,
      };
    },
    block: (index) => chunkOf(index),
  };
}

function emptyChunk(first: number): Chunk {
  return {
    first,
    count: 0,
    bytes: Buffer.alloc(BLOCK_BYTES),
    used: 0,
    ends: new Uint32Array(BLOCK_LINES),
    times: new Float64Array(BLOCK_LINES),
    sources: new Uint16Array(BLOCK_LINES),
    flags: new Uint8Array(BLOCK_LINES),
  };
}

const weightOf = (chunk: Chunk) => chunk.used + chunk.count * LINE_BYTES;
