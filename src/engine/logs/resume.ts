import type { ReadLine } from './lines.ts';

/** Remembers where a log was broken off, so that it can be read on with no line missing and none twice. */
export interface Resume {
  /** Whether a line is to be passed on; false for one that had been before the log was read anew. */
  take(line: ReadLine): boolean;
  /** From when on the log is to be read now, for {@link LogOptions.since}; undefined while no line has been. */
  again(): string | undefined;
}

/** As many of the last lines are remembered: more than two streams write into the file out of order. */
const REMEMBERED = 256;

/**
 * Makes the memory of one container's log. Times alone don't tell lines apart: several may have the same one, and those of
 * the two streams come a little out of order. So the log is read from a while before its end, and as many lines of each
 * time and stream are left out as there have been.
 */
export function createResume(): Resume {
  const seconds = new Float64Array(REMEMBERED);
  const nanos = new Uint32Array(REMEMBERED);
  const streams = new Uint8Array(REMEMBERED);
  let taken = 0;
  /** How many lines of each time and stream are to be left out. */
  let known: Map<string, number> | undefined;
  let from = { seconds: 0, nanos: 0 };
  /** Seconds after which nothing can be known. */
  let until = 0;

  const key = (second: number, nano: number, stderr: number) => `${second}.${nano}.${stderr}`;

  function remember(line: ReadLine): void {
    const at = taken++ % REMEMBERED;
    seconds[at] = line.seconds;
    nanos[at] = line.nanos;
    streams[at] = Number(line.stderr);
  }

  return {
    take(line) {
      if (known && line.seconds > until) known = undefined;
      if (known) {
        // What the oldest that is remembered shares its time with is forgotten, but was there too.
        const isBefore =
          line.seconds < from.seconds ||
          (line.seconds === from.seconds && line.nanos <= from.nanos);
        if (isBefore && taken > REMEMBERED) return false;
        const name = key(line.seconds, line.nanos, Number(line.stderr));
        const left = known.get(name) ?? 0;
        if (left > 0) {
          known.set(name, left - 1);
          return false;
        }
      }
      remember(line);
      return true;
    },
    again() {
      if (taken === 0) return undefined;
      const count = Math.min(taken, REMEMBERED);
      known = new Map();
      from = { seconds: Number.POSITIVE_INFINITY, nanos: 0 };
      until = 0;
      for (let at = 0; at < count; at++) {
        const [second = 0, nano = 0] = [seconds[at], nanos[at]];
        const name = key(second, nano, streams[at] ?? 0);
        known.set(name, (known.get(name) ?? 0) + 1);
        until = Math.max(until, second);
        if (second < from.seconds || (second === from.seconds && nano < from.nanos))
          from = { seconds: second, nanos: nano };
      }
      return `${from.seconds}.${String(from.nanos).padStart(9, '0')}`;
    },
  };
}
