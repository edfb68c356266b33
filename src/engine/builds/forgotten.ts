import type { BuildHistory } from './service.ts';

/** An engine remembers far fewer, unless it is told to keep them. */
const MOST = 500;

/** Builds that were made here and of which nothing else is kept any more, by their references. */
export interface Forgotten {
  has(ref: string): boolean;
  add(ref: string): void;
}

/**
 * Knows builds of ours that are forgotten from those of others, from one session to the next. Of more than 500 the first go.
 * @param memory where they are kept; what it holds may be damaged
 */
export function createForgotten(memory: BuildHistory): Forgotten {
  const stored = memory.load();
  const refs = new Set(
    Array.isArray(stored) ? stored.filter((ref) => typeof ref === 'string') : [],
  );
  return {
    has: (ref) => refs.has(ref),
    add(ref) {
      refs.add(ref);
      for (const old of [...refs].slice(0, -MOST)) refs.delete(old);
      memory.save([...refs]);
    },
  };
}
