/** The time, and a timer: real ones by default, a test's own otherwise. */
export interface Clock {
  /** Milliseconds, never going back. */
  now(): number;
  /** Calls `run` once, `delay` milliseconds from now; the result calls it off. */
  later(delay: number, run: () => void): () => void;
}

/** The process's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  later(delay, run) {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};

export interface Coalescer {
  /** Asks for a run: at once after a quiet time, otherwise together with what else comes within the present gap. */
  request(): void;
  /** Calls off a run that has been asked for. */
  cancel(): void;
}

/** How requests are gathered, in milliseconds. */
export interface Pace {
  /** Before the first run after a quiet time: for what comes in several parts. */
  readonly first: number;
  /** Between two runs: the gap doubles from the shortest to the longest while requests keep coming. */
  readonly shortest: number;
  readonly longest: number;
}

const DEFAULT: Pace = { first: 0, shortest: 20, longest: 100 };

/**
 * Gathers requests into runs. The first after a quiet time runs at once, so that a single change isn't held back;
 * in a burst the runs spread to one each 100 ms, and since that gap counts from the last run, not from the last
 * request, no stream of requests, however dense, puts a run off any longer. No timer is left when nothing is asked.
 */
export function createCoalescer(
  run: () => void,
  { first, shortest, longest }: Pace = DEFAULT,
  clock: Clock = systemClock,
): Coalescer {
  let last = Number.NEGATIVE_INFINITY;
  let gap = shortest;
  let pending: (() => void) | undefined;

  function runNow() {
    pending = undefined;
    last = clock.now();
    run();
  }

  return {
    request() {
      if (pending) return;
      const quiet = clock.now() - last;
      const calm = quiet >= longest;
      const next = calm ? shortest : Math.min(gap * 2, longest);
      const start = () => {
        gap = next;
        runNow();
      };
      const wait = calm ? first : gap - quiet;
      if (wait > 0) pending = clock.later(wait, start);
      else start();
    },
    cancel() {
      pending?.();
      pending = undefined;
    },
  };
}
