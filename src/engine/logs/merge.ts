import { systemClock } from '../coalesce.ts';
import type { Clock } from '../coalesce.ts';

/** A line with what its place among those of other containers is found by. */
export interface Timed {
  readonly seconds: number;
  readonly nanos: number;
  /** Its weight in memory, roughly. */
  readonly bytes: number;
}

export interface Merge<T extends Timed> {
  /** Adds a stream of lines, in the order of their times but for a little. */
  add(): MergeSource<T>;
  /** Passes everything on that is held back. */
  flush(): void;
  dispose(): void;
}

export interface MergeSource<T extends Timed> {
  push(item: T): void;
  /** No more comes, or not for a while: others wait for it no longer. What it has given keeps its place. */
  idle(): void;
}

export interface MergeOptions {
  readonly clock?: Clock;
  /** Milliseconds that a line waits for earlier ones of others that may be under way. */
  readonly window?: number;
  /** Milliseconds from its beginning that a stream has for its first line: over ssh each connection takes its own time. */
  readonly first?: number;
  /** Milliseconds that it waits at most, however busy the others are. */
  readonly longest?: number;
  /** Bytes that are held back at most. */
  readonly room?: number;
}

interface Queue<T> {
  items: T[];
  /** When each came, in step with `items`. */
  arrivals: number[];
  head: number;
  /** When it last gave something, or began. */
  heard: number;
  /** Whether it ever gave something. */
  begun: boolean;
  open: boolean;
}

/**
 * Puts the lines of several streams into one order by their times. A line waits a moment for earlier ones of the others,
 * longer for the first one of a stream that has just begun, and while these give lines all the time; one that comes later than that comes after what it should have been
 * before. A single stream passes through.
 */
export function createMerge<T extends Timed>(
  onItem: (item: T) => void,
  options: MergeOptions = {},
): Merge<T> {
  const {
    clock = systemClock,
    window = 100,
    first: firstLine = 400,
    longest = 1000,
    room = 4 * 1024 * 1024,
  } = options;
  const queues: Queue<T>[] = [];
  let held = 0;
  let callOff: (() => void) | undefined;

  function earliest(): Queue<T> | undefined {
    let best: Queue<T> | undefined;
    let first: T | undefined;
    for (const queue of queues) {
      const item = queue.items[queue.head];
      if (!item || (first && !isBefore(item, first))) continue;
      best = queue;
      first = item;
    }
    return best;
  }

  /** Milliseconds until the head of `queue` may pass: 0 for now. */
  function delay(queue: Queue<T>, now: number): number {
    const age = now - (queue.arrivals[queue.head] ?? now);
    let most = 0;
    for (const other of queues) {
      if (other === queue || !other.open || other.items.length > other.head) continue;
      // Silent ones are waited for a moment, those that give lines until they give the next.
      const quiet = now - other.heard;
      const patience = other.begun ? window : firstLine;
      most = Math.max(most, Math.min(Math.max(window - age, patience - quiet), longest - age));
    }
    return most;
  }

  function run(all: boolean): void {
    callOff?.();
    callOff = undefined;
    for (;;) {
      const queue = earliest();
      if (!queue) return;
      const wait = all || held > room ? 0 : delay(queue, clock.now());
      if (wait > 0) {
        callOff = clock.later(wait, () => run(false));
        return;
      }
      const item = queue.items[queue.head];
      if (!item) return;
      queue.head++;
      if (queue.head > 1024 || queue.head === queue.items.length) {
        queue.items.splice(0, queue.head);
        queue.arrivals.splice(0, queue.head);
        queue.head = 0;
      }
      held -= item.bytes;
      onItem(item);
    }
  }

  return {
    add() {
      const queue: Queue<T> = {
        items: [],
        arrivals: [],
        head: 0,
        heard: clock.now(),
        begun: false,
        open: true,
      };
      queues.push(queue);
      return {
        push(item) {
          queue.open = true;
          if (queues.length === 1) {
            onItem(item);
            return;
          }
          queue.heard = clock.now();
          queue.begun = true;
          queue.items.push(item);
          queue.arrivals.push(queue.heard);
          held += item.bytes;
          run(false);
        },
        idle() {
          queue.open = false;
          run(false);
        },
      };
    },
    flush: () => run(true),
    dispose: () => callOff?.(),
  };
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos);
}
