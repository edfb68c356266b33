import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { containerTerminal } from './containers.ts';
import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { hangUp, markOf } from './hangUp.ts';
import { readFields } from './mapping/reader.ts';
import { pathText } from './path.ts';
import { createSession } from './session.ts';
import type { Session, SessionEnd } from './session.ts';

export interface ExecOptions {
  /** Program and arguments; never goes through a shell. */
  readonly cmd: readonly string[];
  readonly tty?: boolean;
  /** `NAME=value` */
  readonly env?: readonly string[];
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  /** Size of the terminal to begin with. */
  readonly cols?: number;
  readonly rows?: number;
  /** Such as `ctrl-p,ctrl-q`, the engine's own default. Empty leaves them to it. */
  readonly detachKeys?: string | undefined;
  /** Keeps stdin open; true unless told otherwise. */
  readonly stdin?: boolean;
}

/**
 * Runs a program in a running container. The signal breaks it off.
 * Throws EngineError: 'conflict' when the container isn't running, 'bad-request' or 'server' (by the engine's version)
 * when the program can't be run. Some engines tell that by an exit code of 126 or 127 and words in the output instead,
 * and Docker 20.10 gives the code 126 after the detach keys too.
 */
export async function startExec(
  client: Client,
  id: string,
  options: ExecOptions,
  signal?: AbortSignal,
): Promise<Session> {
  const { cmd, tty = false, stdin = true, detachKeys, cols, rows, user } = options;
  const mark = randomUUID();
  const env = [...(options.env ?? []), ...(tty ? [markOf(mark)] : [])];
  const created = await client.request({
    method: 'POST',
    path: `/containers/${pathText(id)}/exec`,
    body: {
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      Cmd: cmd,
      ...(env.length && { Env: env }),
      ...(user && { User: user }),
      ...(options.workdir && { WorkingDir: options.workdir }),
      ...(detachKeys && { DetachKeys: detachKeys }),
    },
    as: 'json',
    signal,
  });
  const exec = readFields(created).text('Id');
  const socket = await client.request({
    method: 'POST',
    path: `/exec/${pathText(exec)}/start`,
    body: { Detach: false, Tty: tty },
    as: 'upgrade',
    signal,
  });
  const session = createSession(socket, {
    tty,
    resize: (columns, lines) => resizeExec(client, exec, columns, lines),
    async conclude(failure, closed) {
      if (closed && tty)
        await hangUp(client, id, mark, user).catch(() => {
          // The container has ended or is gone, and with it the process.
        });
      return concludeExec(client, id, exec, failure, closed);
    },
  });
  if (tty && cols && rows) void session.resize(cols, rows);
  return session;
}

/** The engine answers 404 or 500 until the process is there, which may be after `start` has answered. */
async function resizeExec(client: Client, exec: string, columns: number, rows: number) {
  const path = `/exec/${pathText(exec)}/resize?h=${rows}&w=${columns}`;
  for (let attempt = 0; ; attempt++) {
    try {
      await client.request({ method: 'POST', path, as: 'bytes' });
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(20 * 2 ** attempt);
    }
  }
}

async function concludeExec(
  client: Client,
  id: string,
  exec: string,
  failure: EngineError | undefined,
  closed: boolean,
): Promise<SessionEnd> {
  if (closed) return { exitCode: undefined, detached: true, message: undefined };
  if (failure?.reason === 'cancelled')
    return { exitCode: undefined, detached: false, message: failure.message };
  try {
    // The output ends a moment before the engine has written down how the process did.
    for (let attempt = 0; ; attempt++) {
      const answer = await client.request({ path: `/exec/${pathText(exec)}/json`, as: 'json' });
      const reader = readFields(answer);
      const exitCode = reader.number('ExitCode');
      if (reader.flag('Running') && attempt < 6) {
        await sleep(10 * 2 ** attempt);
        continue;
      }
      if (reader.flag('Running'))
        return { exitCode: undefined, detached: !failure, message: failure?.message };
      if (exitCode === 0) return { exitCode, detached: false, message: undefined };
      const stopped = await hasStopped(client, id, exitCode === 137);
      const message = stopped ? 'The container was stopped.' : undefined;
      return { exitCode, detached: false, message };
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Podman gives it the status of a fault of its own.
    const gone = error.reason === 'not-found' || /no such (container|exec)/i.test(error.message);
    const message = gone ? 'The container was removed.' : (failure ?? error).message;
    return { exitCode: undefined, detached: false, message };
  }
}

/**
 * Whether a container no longer runs; throws the 'not-found' of one that is gone. Processes are killed before the engine
 * knows that the container has ended, and the container before it is removed: after a kill it gets a moment.
 */
async function hasStopped(client: Client, id: string, killed: boolean): Promise<boolean> {
  let stopped = false;
  for (let attempt = 0; attempt < (killed ? 5 : 1); attempt++) {
    if (attempt) await sleep(20 * 2 ** attempt);
    stopped = !(await containerTerminal(client, id)).running;
  }
  return stopped;
}
