import { containerTerminal } from './containers.ts';
import type { Client } from './client.ts';
import { demux } from './demux.ts';
import { EngineError } from './errors.ts';
import { pathText } from './path.ts';

export interface LogOptions {
  /** Goes on with what is written from now on, until the container ends. */
  readonly follow?: boolean;
  /** As many lines from the end, or all. */
  readonly tail?: number | 'all';
  /** Seconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  /** Each line begins with its time in RFC 3339 form, and a blank. */
  readonly timestamps?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  /** Whether the container has a terminal, when that is known; otherwise it is asked. */
  readonly tty?: boolean;
}

export interface LogChunk {
  /** Always stdout when the container has a terminal. */
  readonly stream: 'stdout' | 'stderr';
  /** Cut anywhere, within a line or a character too. */
  readonly chunk: Buffer;
}

/**
 * What a container has written (`GET /containers/{id}/logs`). Ends when the log does; when the signal fires; when the
 * consumer stops. Throws EngineError: 'not-supported' for a logging driver that can't be read.
 */
export async function* containerLogs(
  client: Client,
  id: string,
  options: LogOptions = {},
  signal?: AbortSignal,
): AsyncGenerator<LogChunk, void, undefined> {
  const {
    follow = false,
    tail = 'all',
    timestamps = false,
    stdout = true,
    stderr = true,
  } = options;
  const query = new URLSearchParams({
    follow: String(follow),
    stdout: String(stdout),
    stderr: String(stderr),
    timestamps: String(timestamps),
    tail: String(tail),
  });
  if (options.since !== undefined) query.set('since', String(options.since));
  if (options.until !== undefined) query.set('until', String(options.until));
  try {
    const tty = options.tty ?? (await containerTerminal(client, id, signal)).tty;
    const path = `/containers/${pathText(id)}/logs?${query.toString()}`;
    const stream = await client.request({ path, as: 'stream', signal });
    for await (const { stream: from, data } of demux(stream, { tty })) {
      yield { stream: from, chunk: data };
    }
  } catch (error) {
    // Being told to stop is how following a log ends.
    if (signal?.aborted) return;
    const unreadable = /configured logging driver does not support reading/i;
    if (error instanceof EngineError && unreadable.test(error.message))
      throw new EngineError('not-supported', error.message, { cause: error });
    throw error;
  }
}
