import type { Runtime } from './runtime.ts';

interface Publisher {
  /** Publishes in `ms`, unless scheduled or cancelled again before. */
  schedule(uri: string, ms: number): void;
  cancel(uri: string): void;
  dispose(): void;
}

interface Work {
  /** Works out and sends the diagnostics of a document, if `isCurrent()` still holds when they are ready. */
  publish(uri: string, isCurrent: () => boolean): Promise<void>;
}

/** Runs `publish` for a document once its changes pause; results that a later change has overtaken are dropped. */
export function createPublisher(
  { setTimeout, clearTimeout }: Runtime,
  log: (context: string, error: unknown) => void,
  work: Work,
): Publisher {
  const timers = new Map<string, NodeJS.Timeout>();
  const turns = new Map<string, symbol>();
  const cancel = (uri: string) => {
    const timer = timers.get(uri);
    if (timer) clearTimeout(timer);
    timers.delete(uri);
    turns.delete(uri);
  };
  return {
    schedule(uri, ms) {
      cancel(uri);
      const turn = Symbol(uri);
      turns.set(uri, turn);
      const run = () => {
        timers.delete(uri);
        work
          .publish(uri, () => turns.get(uri) === turn)
          .catch((error: unknown) => log(`diagnostics ${uri}`, error));
      };
      timers.set(uri, setTimeout(run, ms));
    },
    cancel,
    dispose() {
      for (const uri of turns.keys()) cancel(uri);
    },
  };
}
