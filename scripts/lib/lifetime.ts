/** What a command has started and must end, in reverse order, however the command itself ends. */
export interface Lifetime {
  /** Registers how something is ended. */
  add(end: () => Promise<void> | void): void;
  /** Ends everything, last started first; one that fails does not keep the others alive. */
  end(): Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Makes a lifetime that Ctrl+C, a closed terminal and `kill` end too; the process then exits with
 * 128 plus the signal's number, as shells expect.
 */
export function lifetime(): Lifetime {
  const ends: (() => Promise<void> | void)[] = [];
  const end = async (): Promise<void> => {
    for (let next = ends.pop(); next !== undefined; next = ends.pop()) {
      try {
        await next();
      } catch (error) {
        console.error(error);
        process.exitCode = 1;
      }
    }
  };
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      void end().then(() => process.exit(codes[signal]));
    });
  }
  return {
    add: (one) => {
      ends.push(one);
    },
    end,
  };
}
