import { countWhile } from '../../../util/search.ts';
import { readPacket } from './packet.ts';
import type { Stat } from './packet.ts';
import type { StatBatch } from './statBatch.ts';

/** A list of files as it grows: what has been found is kept, packed, to be sent and to answer requests by number. */
export interface Listing {
  /** How many entries have been found so far. */
  readonly count: number;
  /** `performance.now()` when the list was complete; undefined as long as it isn't. */
  readonly completed: number | undefined;
  /** The stat packets batch by batch, from the first; ends with the list, throws what ended it. May be read once more. */
  batches(): AsyncIterable<StatBatch>;
  /** The entry of a number; undefined when there is none. */
  entry(index: number): Stat | undefined;
  /** Gives the list up. */
  cancel(): void;
}

/** Starts to collect a list. `walk` is given a signal that fires when the list is given up. */
export function collect(walk: (signal: AbortSignal) => AsyncIterable<StatBatch>): Listing {
  const abort = new AbortController();
  const batches: StatBatch[] = [];
  /** The number of the first entry of each batch. */
  const firsts: number[] = [];
  let count = 0;
  let completed: number | undefined;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void)[] = [];
  const notify = (): void => {
    for (const resolve of wake) resolve();
    wake = [];
  };

  const run = async (): Promise<void> => {
    try {
      for await (const batch of walk(abort.signal)) {
        if (batch.bounds.length === 0) continue;
        batches.push(batch);
        firsts.push(count);
        count += batch.bounds.length / 2;
        notify();
      }
      completed = performance.now();
    } catch (error) {
      // Told to whoever reads the list.
      failure = { error };
    }
    notify();
  };
  void run();

  return {
    get count() {
      return count;
    },
    get completed() {
      return completed;
    },
    batches: async function* () {
      for (let index = 0; ; index++) {
        while (index >= batches.length) {
          if (failure) throw failure.error;
          if (completed !== undefined) return;
          await new Promise<void>((resolve) => wake.push(resolve));
        }
        yield batches[index] as StatBatch;
      }
    },
    entry: (index) => {
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
      const at = countWhile(firsts.length, (i) => (firsts[i] as number) <= index) - 1;
      return readPacket(messageOf(batches[at] as StatBatch, index - (firsts[at] as number))).stat;
    },
    cancel: () => abort.abort(),
  };
}

function messageOf({ bytes, bounds }: StatBatch, index: number): Uint8Array {
  return bytes.subarray(bounds[2 * index], bounds[2 * index + 1]);
}
