import type { FromLayers, LayerRow, LayersHead } from '../protocol/layers.ts';

/** The rows that have been told, by their places; the rest is asked for. */
export interface Rows {
  /** Rows of the tree that is drawn: those of before, until the first of a new one have come. */
  readonly total: number;
  row(place: number): LayerRow | undefined;
  /** There is another tree. */
  renew(head: LayersHead): void;
  /** Asks for those that aren't known, with some more around them. */
  want(from: number, to: number): void;
  take(generation: number, from: number, rows: readonly LayerRow[]): void;
}

const MARGIN = 50;
const REMEMBERED = 4000;

/** Makes the memory of rows. */
export function createRows(send: (message: FromLayers) => void): Rows {
  let known = new Map<number, LayerRow>();
  let total = 0;
  let shown = -1;
  let wanted = { generation: -1, total: 0 };
  let asked: { readonly from: number; readonly to: number } | undefined;

  return {
    get total() {
      return total;
    },
    row: (place) => known.get(place),
    renew({ generation, rows }) {
      if (generation === wanted.generation) return;
      wanted = { generation, total: rows };
      asked = undefined;
      // Nothing comes of nothing.
      if (rows === 0) [known, total, shown] = [new Map(), 0, generation];
    },
    want(from, to) {
      const isNew = shown !== wanted.generation;
      const end = Math.min(to, wanted.total);
      let missing = Math.min(from, end);
      if (!isNew) while (missing < end && known.has(missing)) missing++;
      if (missing >= end && !(isNew && wanted.total > 0)) return;
      if (asked && asked.from <= missing && asked.to >= end) return;
      const begin = Math.max(Math.min(from, wanted.total - 1) - MARGIN, 0);
      asked = { from: begin, to: Math.min(end + MARGIN, wanted.total) };
      send({ type: 'rows', generation: wanted.generation, ...asked });
    },
    take(generation, from, rows) {
      if (generation !== wanted.generation) return;
      if (generation !== shown || known.size > REMEMBERED) {
        known = new Map();
        [total, shown] = [wanted.total, generation];
      }
      for (const [n, row] of rows.entries()) known.set(from + n, row);
      if (asked?.from === from) asked = undefined;
    },
  };
}
