/** How much of files' contents may be sent before somebody is asked. */
export interface Allowance {
  /** Bytes that need no question. */
  readonly bytes: number;
  /** Called once, when more is wanted. Nothing is sent until it resolves; what it throws ends the sending. */
  readonly ask: () => Promise<void>;
}

/** Holds contents back while a question about them is open. */
export interface Gate {
  /** Counts what is going to be sent, in bytes. */
  want(bytes: number): void;
  /** Resolves when contents may be sent, rejects with what the question was answered by. */
  passed(): Promise<void>;
}

/** Makes a gate that is open as long as no more is wanted than is allowed. Without an allowance it stays open. */
export function createGate(allowance: Allowance | undefined): Gate {
  let wanted = 0;
  let answer = Promise.resolve();
  let asked = allowance === undefined;
  return {
    want(bytes) {
      wanted += bytes;
      if (asked || !allowance || wanted <= allowance.bytes) return;
      asked = true;
      answer = allowance.ask();
      // Told to whoever waits to send; there may be nobody any more.
      answer.catch(() => {});
    },
    passed: () => answer,
  };
}
