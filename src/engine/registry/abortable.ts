import { EngineError } from '../errors.ts';

/**
 * `promise`, or an EngineError `cancelled` when the signal comes first. What is behind `promise` goes on: others may be waiting for it.
 * @param what for the message, after "was cancelled:"
 */
export async function abortable<T>(
  promise: Promise<T>,
  what: string,
  signal?: AbortSignal,
): Promise<T> {
  if (!signal) return promise;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new EngineError('cancelled', `The request was cancelled: ${what}.`));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
