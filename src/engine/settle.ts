import type { Source } from './source.ts';

export interface Settler {
  /** The engine told of a change of this container that it may not have written down yet. */
  readonly settle: (id: string) => void;
}

/** Milliseconds after which a container is read though the engine is still busy with it; it is read again afterwards. */
const patience = 2000;

/**
 * Calls `ready(id)` once the engine is done with a container it told of too early, and before that when it takes longer
 * than two seconds. A container told of again meanwhile is waited for again. Ends with `signal`.
 */
export function createSettler(
  source: Pick<Source, 'settle'>,
  signal: AbortSignal,
  ready: (id: string) => void,
): Settler {
  /** Containers being waited for, and whether they were told of once more. */
  const waiting = new Map<string, boolean>();

  async function wait(id: string) {
    const timer = setTimeout(() => ready(id), patience);
    try {
      do {
        waiting.set(id, false);
        await source.settle(id, signal);
        if (signal.aborted) return;
        ready(id);
      } while (waiting.get(id));
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  return {
    settle(id) {
      if (signal.aborted) return;
      if (waiting.has(id)) waiting.set(id, true);
      else void wait(id);
    },
  };
}
