import type { Figures } from './figures.ts';

/** What is remembered of each second. Percent of a core, bytes, and bytes a second. */
export const TRACKS = ['cpu', 'memory', 'received', 'sent', 'read', 'written'] as const;
export type Track = (typeof TRACKS)[number];

/** Seconds that are remembered: fifteen minutes. */
export const SPAN = 900;
/** Seconds for which a figure stands when no other has come: Podman tells every fifth second. */
const HOLDS = 7;

/** What a container has used, second by second. It takes 29 kB, however long it goes on. */
export interface History {
  /** The second of the last figures, of the engine's clock since the epoch. */
  readonly last: number;
  /** Later figures of one second take the place of earlier ones. Figures of a time that is long gone are dropped. */
  push(figures: Figures): void;
  /** Nothing more comes for now, so the last figures stand for their own second alone. */
  pause(): void;
  /** A value for each second of `from` to `to`, both included; NaN where nothing is known. */
  values(track: Track, from: number, to: number): Float32Array;
}

/** Makes an empty history. */
export function createHistory(): History {
  const seconds = new Float64Array(SPAN);
  const values = new Float32Array(SPAN * TRACKS.length).fill(Number.NaN);
  let last = 0;

  function put(second: number, of: (track: Track) => number): void {
    if (second <= last - SPAN) return;
    last = Math.max(last, second);
    const slot = second % SPAN;
    seconds[slot] = second;
    TRACKS.forEach((track, n) => (values[slot * TRACKS.length + n] = of(track)));
  }

  return {
    get last() {
      return last;
    },
    push({ at, cpu, memory, rates }) {
      put(Math.floor(at / 1000), (track) => {
        if (track === 'cpu') return cpu ?? Number.NaN;
        return track === 'memory' ? memory : (rates?.[track] ?? Number.NaN);
      });
    },
    pause() {
      const first = last + 1;
      if (last > 0) put(first, () => Number.NaN);
    },
    values(track, from, to) {
      const found = new Float32Array(Math.max(to - from + 1, 0));
      const n = TRACKS.indexOf(track);
      let value = Number.NaN;
      let since = Number.NEGATIVE_INFINITY;
      for (let second = from - HOLDS; second <= to; second++) {
        const slot = ((second % SPAN) + SPAN) % SPAN;
        if (seconds[slot] === second && second > last - SPAN) {
          value = values[slot * TRACKS.length + n] ?? Number.NaN;
          since = second;
        } else if (second - since >= HOLDS) value = Number.NaN;
        if (second >= from) found[second - from] = value;
      }
      return found;
    },
  };
}
