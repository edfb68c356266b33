import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import { containerTerminal, startContainer } from './containers.ts';
import { EngineError } from './errors.ts';
import { readFields } from './mapping/reader.ts';
import { pathText } from './path.ts';
import { createSession } from './session.ts';
import type { Session, SessionEnd } from './session.ts';

export interface AttachOptions {
  /** Starts the container once we are attached, so that nothing it writes is missed. */
  readonly start?: boolean;
  readonly cols?: number;
  readonly rows?: number;
  /** Such as `ctrl-p,ctrl-q`, the engine's own default. */
  readonly detachKeys?: string | undefined;
  /** Shows what it has written so far first. */
  readonly logs?: boolean;
}

/**
 * Attaches to the main process of a container: its terminal when it has one, its streams otherwise; input is passed on
 * when it takes any. Closing the session, the detach keys and the signal leave the container as it is.
 * Throws EngineError; 'conflict' when it isn't running and `start` isn't asked for.
 */
export async function attachContainer(
  client: Client,
  id: string,
  options: AttachOptions = {},
  signal?: AbortSignal,
): Promise<Session> {
  const { start = false, cols, rows, detachKeys, logs = false } = options;
  const { tty, openStdin, running, name } = await containerTerminal(client, id, signal);
  if (!running && !start)
    throw new EngineError('conflict', `The container "${name}" is not running.`);
  const query = new URLSearchParams({
    stream: '1',
    stdout: '1',
    stderr: '1',
    stdin: openStdin ? '1' : '0',
    logs: logs ? '1' : '0',
  });
  if (detachKeys) query.set('detachKeys', detachKeys);
  const path = `/containers/${pathText(id)}`;
  const socket = await client.request({
    method: 'POST',
    path: `${path}/attach?${query.toString()}`,
    as: 'upgrade',
    signal,
  });
  const waiting = new AbortController();
  // Asked before the start, for a container that removes itself can't be asked after its end.
  const condition = running ? 'not-running' : 'next-exit';
  const { asked, exit } = watchExit(client, id, condition, waiting.signal);
  const session = createSession(socket, {
    tty,
    async resize(columns, lines) {
      await client.request({
        method: 'POST',
        path: `${path}/resize?h=${lines}&w=${columns}`,
        as: 'bytes',
      });
    },
    async conclude(failure, closed) {
      try {
        return await concludeAttach(client, id, exit, failure, closed);
      } finally {
        waiting.abort();
      }
    },
  });
  try {
    if (!running) {
      await asked;
      await startContainer(client, id, signal);
    }
  } catch (error) {
    waiting.abort();
    session.close();
    throw error;
  }
  if (tty && cols && rows) void session.resize(cols, rows);
  return session;
}

async function concludeAttach(
  client: Client,
  id: string,
  exit: Promise<number | undefined>,
  failure: EngineError | undefined,
  closed: boolean,
): Promise<SessionEnd> {
  const left = { exitCode: undefined, detached: true, message: undefined };
  if (closed || failure?.reason === 'cancelled') return left;
  const ended = (exitCode: number | undefined, message?: string): SessionEnd => ({
    exitCode,
    detached: false,
    message,
  });
  // The output ends a moment before the engine tells the exit code; after the detach keys none comes.
  const code = await Promise.race([exit, sleep(500, undefined, { ref: false })]);
  if (code !== undefined) return ended(code);
  try {
    const { running, exitCode } = await containerTerminal(client, id);
    if (!running) return ended(exitCode);
    return failure ? { ...left, message: failure.message } : left;
  } catch (error) {
    const gone = error instanceof EngineError && error.reason === 'not-found';
    if (!gone) return ended(undefined, failure?.message);
    // It removed itself, and Podman tells its exit code only some time later; or somebody else removed it.
    const late = await Promise.race([exit, sleep(2000, undefined, { ref: false })]);
    return ended(late, late === undefined ? 'The container was removed.' : undefined);
  }
}

/**
 * Waits for the end of a container (`POST /containers/{id}/wait`). `asked` resolves when the engine has begun to wait;
 * `exit` resolves with the exit code, with undefined when it can't be known. Neither rejects.
 */
function watchExit(
  client: Client,
  id: string,
  condition: 'not-running' | 'next-exit',
  signal: AbortSignal,
): { readonly asked: Promise<unknown>; readonly exit: Promise<number | undefined> } {
  const path = `/containers/${pathText(id)}/wait?condition=${condition}`;
  const answer = client.request({ method: 'POST', path, as: 'stream', signal });
  async function read(): Promise<number | undefined> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of await answer) chunks.push(Buffer.from(chunk as Uint8Array));
      const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
      return readFields(value).number('StatusCode');
    } catch {
      // Whoever wants to know asks the container instead.
      return undefined;
    }
  }
  const exit = read();
  // Docker sends the head of its answer as soon as it waits. Podman sends none before the end: it gets a moment.
  return {
    asked: Promise.race([answer.catch(() => {}), sleep(300, undefined, { ref: false })]),
    exit,
  };
}
