import { setTimeout as sleep } from 'node:timers/promises';

/** How long page objects wait for a condition, in milliseconds. */
export const PATIENCE_MS = 30_000;

/**
 * Asks `probe` until it answers something other than undefined or false.
 * @param what completes the sentence "waited for …" in the error.
 * @throws Error after `limit` milliseconds, with what the probe said last.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  limit: number = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + limit;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      // An element that is being redrawn can vanish under the probe; the reason is kept for the end.
      last = error;
    }
    await sleep(50);
  } while (Date.now() < deadline);
  const said = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`waited ${limit} ms for ${what}${said}`);
}
