import type { Source } from './source.ts';

export interface Settler {
  /** The engine told of a change of this container that it may not have written down yet. */
  readonly settle: (id: string) => void;
}

interface Waiting {
  /** Whether the container was told of once more. */
  again: boolean;
  /** Ends our patience. */
  timer: NodeJS.Timeout | undefined;
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
  const waiting = new Map<string, Waiting>();

  /** Each time that it is told of counts anew: an engine that hangs over a container goes on telling of it. */
  function hurry(id: string, entry: Waiting) {
    entry.timer ??= setTimeout(() => {
      entry.timer = undefined;
      ready(id);
    }, patience);
  }

  async function wait(id: string) {
    const entry: Waiting = { again: true, timer: undefined };
    waiting.set(id, entry);
    hurry(id, entry);
    try {
      while (entry.again) {
        entry.again = false;
        await source.settle(id, signal);
        if (signal.aborted) return;
        ready(id);
      }
    } finally {
      clearTimeout(entry.timer);
      waiting.delete(id);
    }
  }

  return {
    settle(id) {
      if (signal.aborted) return;
      const entry = waiting.get(id);
      if (!entry) {
        void wait(id);
        return;
      }
      entry.again = true;
      hurry(id, entry);
    },
  };
}
