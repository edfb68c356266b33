/** Something that can be let go of. The same shape as VS Code's, without importing it. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes a listener; disposing the result unsubscribes it. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

export interface Emitter<T> extends Disposable {
  readonly event: Event<T>;
  /** Calls each listener in order of subscription. One that throws doesn't keep the others from being called: its error is rethrown after the last. */
  fire(value: T): void;
}

/** Makes an event and the means to fire it. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    event(listener) {
      // A wrapper, so that the same function subscribed twice is called twice and unsubscribed once.
      const entry = (value: T) => listener(value);
      listeners.add(entry);
      return { dispose: () => void listeners.delete(entry) };
    },
    fire(value) {
      const errors: unknown[] = [];
      for (const listener of Array.from(listeners)) {
        try {
          listener(value);
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length) throw errors[0];
    },
    dispose: () => listeners.clear(),
  };
}
