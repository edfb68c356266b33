import { setImmediate } from 'node:timers/promises';
import { createContext, Script } from 'node:vm';
import { EngineError } from '../errors.ts';

/** Milliseconds that work takes at a time, so that whatever else is to be done is done between. */
const SLICE = 15;
/** Milliseconds after which a slice that does not end by itself is ended: an expression can take for ever. */
const PATIENCE = 1000;

/** Does long work in slices. */
export interface Slices {
  /**
   * Calls `step` until it answers false, pausing whenever a slice of time is over. Resolves with false when the signal
   * fired before. `onPause` is told of each pause. @throws EngineError `timeout` when one step takes very long.
   */
  run(step: () => boolean, signal?: AbortSignal, onPause?: () => void): Promise<boolean>;
  /** Does something short that may not be, at once. @throws EngineError `timeout` when it takes very long */
  now<T>(work: () => T): T;
}

/**
 * Makes something that does work in slices of some milliseconds. V8 can be told to end what it runs only by the module
 * `vm`, regular expressions included; what is run there is this process's own code.
 */
export function createSlices(): Slices {
  const box: { work: () => void } = { work: () => {} };
  const context = createContext(box);
  const script = new Script('work()');

  function guarded(work: () => void): void {
    box.work = work;
    try {
      script.runInContext(context, { timeout: PATIENCE });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw new EngineError('timeout', 'The expression takes too long on some line.', {
        cause: error,
      });
    } finally {
      box.work = () => {};
    }
  }

  return {
    async run(step, signal, onPause) {
      for (;;) {
        if (signal?.aborted) return false;
        const done = { yet: false };
        guarded(() => {
          const end = performance.now() + SLICE;
          do done.yet = !step();
          while (!done.yet && performance.now() < end);
        });
        if (done.yet) return true;
        onPause?.();
        await setImmediate();
      }
    },
    now(work) {
      const results: ReturnType<typeof work>[] = [];
      guarded(() => void results.push(work()));
      return results[0] as ReturnType<typeof work>;
    },
  };
}
