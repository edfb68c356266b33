/**
 * Runs at most `most` tasks at a time, the others in order of arrival. Used for reads that the store makes on its own,
 * so that a burst of them never takes every connection away from what the user asked for.
 */
export function createLimiter(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    // A place is handed over directly by the one that ends, so `running` stays as it is in between.
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
