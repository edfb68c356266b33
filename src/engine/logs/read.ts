import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { pathText } from '../path.ts';
import { createLineReader } from './lines.ts';
import type { ReadLine } from './lines.ts';

export interface LogOptions {
  /** Goes on with what is written from now on, until the container ends. */
  readonly follow?: boolean;
  /** As many lines from the end, or all. */
  readonly tail?: number | 'all';
  /** Seconds since the epoch, with a fraction where that matters: `1764343734.123456789`. */
  readonly since?: string;
  /** Whether the container has a terminal. */
  readonly tty: boolean;
}

/**
 * Reads what a container has written, line by line (`GET /containers/{id}/logs`). Resolves when the log ends, or when the
 * signal fires. The engine is read no faster than `onLine` returns.
 * @throws EngineError `not-supported` for a logging driver that can't be read, else what goes wrong; lines that had come
 *   before have been given to `onLine`.
 */
export async function readLog(
  client: Client,
  id: string,
  options: LogOptions,
  onLine: (line: ReadLine) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { follow = false, tail = 'all', since, tty } = options;
  const query = new URLSearchParams({
    follow: String(follow),
    stdout: 'true',
    stderr: 'true',
    timestamps: 'true',
    tail: String(tail),
    ...(since !== undefined && { since }),
  });
  const reader = createLineReader(tty, onLine);
  try {
    const path = `/containers/${pathText(id)}/logs?${query.toString()}`;
    const stream = await client.request({ path, as: 'stream', signal });
    for await (const chunk of stream) reader.take(chunk as Buffer);
    reader.end();
  } catch (error) {
    reader.flush();
    // Being told to stop is how following a log ends.
    if (signal?.aborted) return;
    if (error instanceof EngineError && UNREADABLE.test(error.message))
      throw new EngineError('not-supported', error.message, { cause: error });
    throw error;
  }
}

/** Docker's words, and Podman's. */
const UNREADABLE = /logging driver does not support reading|log driver, cannot read logs/i;
