import type { FromLogs, LogRow } from '../protocol/logs.ts';

/** The lines that have been told, by their places; the rest is asked for. */
export interface Lines {
  row(place: number): LogRow | undefined;
  /** Whether all of these are known. */
  has(from: number, to: number): boolean;
  /** Asks for those of these that aren't known, or may have changed, with some more around them. */
  want(from: number, to: number, first: number, end: number): void;
  take(message: {
    readonly generation: number;
    readonly request: number;
    readonly from: number;
    readonly rows: readonly LogRow[];
  }): void;
  /** Lines are other ones now: nothing is known. */
  reset(generation: number): void;
  /** What is known is to be asked for anew, and stands until it has come. */
  renew(): void;
}

/** Lines that are asked for beyond those in sight, before and behind. */
const MARGIN = 60;
/** Lines that are remembered: some windows full. */
const REMEMBERED = 3000;

/** Makes the memory of lines. */
export function createLines(send: (message: FromLogs) => void): Lines {
  let rows = new Map<number, { readonly row: LogRow; readonly age: number }>();
  let generation = 0;
  let age = 0;
  let request = 0;
  let asked: { readonly from: number; readonly to: number } | undefined;

  const isKnown = (place: number) => rows.get(place)?.age === age;

  function forget(around: number): void {
    if (rows.size <= REMEMBERED) return;
    const near = [...rows].filter(([place]) => Math.abs(place - around) < REMEMBERED / 4);
    rows = new Map(near);
  }

  return {
    row: (place) => rows.get(place)?.row,
    has(from, to) {
      for (let place = from; place < to; place++) if (!rows.has(place)) return false;
      return true;
    },
    want(from, to, first, end) {
      let missing = from;
      while (missing < to && isKnown(missing)) missing++;
      if (missing >= to) return;
      if (asked && asked.from <= missing && asked.to >= to) return;
      asked = { from: Math.max(from - MARGIN, first), to: Math.min(to + MARGIN, end) };
      forget(from);
      send({ type: 'rows', generation, request: ++request, ...asked });
    },
    take(message) {
      if (message.generation !== generation) return;
      if (message.request === request) asked = undefined;
      for (const [n, row] of message.rows.entries()) rows.set(message.from + n, { row, age });
    },
    reset(next) {
      generation = next;
      rows = new Map();
      asked = undefined;
    },
    renew() {
      age++;
      asked = undefined;
    },
  };
}
