import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { demux } from './demux.ts';
import type { Frame } from './demux.ts';
import { EngineError } from './errors.ts';

/** How a session ended. */
export interface SessionEnd {
  /** Of the process; undefined when it isn't known, as for one that goes on without us. */
  readonly exitCode: number | undefined;
  /** True when the process goes on: the detach keys were typed, or `close` was called. */
  readonly detached: boolean;
  /** One sentence when it did not end by itself: the container stopped or was removed, the connection broke. */
  readonly message: string | undefined;
}

/** An interactive connection to a process in a container. */
export interface Session {
  readonly tty: boolean;
  /** What the process writes, all of it stdout when there is a terminal. To be read once; ends with the session and never throws. */
  readonly output: AsyncIterable<Frame>;
  /** Sends input. Resolves when there is room for more; what comes after the end is dropped. */
  write(data: string | Uint8Array): Promise<void>;
  /** Tells the process that no more input comes; without a terminal, that is how it sees the end of a file. */
  endInput(): void;
  /** Size of the terminal. Never rejects: a size that can't be set any more doesn't matter. */
  resize(columns: number, rows: number): Promise<void>;
  /** Settles after the output's end, once it has been read. Never rejects. */
  readonly ended: Promise<SessionEnd>;
  /** Lets go of the process. A process of `exec` gets a hang-up when it has a terminal; a container's own goes on. */
  close(): void;
}

export interface SessionOptions {
  readonly tty: boolean;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Finds out how it ended, after the connection did. `failure` is what broke it. */
  readonly conclude: (failure: EngineError | undefined, closed: boolean) => Promise<SessionEnd>;
}

/** Makes a session of a hijacked connection (Engine API: attach and exec start with `Upgrade: tcp`). */
export function createSession(socket: Duplex, options: SessionOptions): Session {
  const { tty, resize, conclude } = options;
  let closed = false;
  let settle: (end: SessionEnd) => void = () => {};
  const ended = new Promise<SessionEnd>((resolve) => (settle = resolve));

  async function* output() {
    let failure: EngineError | undefined;
    try {
      yield* demux(socket, { tty });
    } catch (error) {
      failure =
        error instanceof EngineError
          ? error
          : new EngineError('dropped', 'The connection broke.', { cause: error });
    } finally {
      socket.destroy();
      settle(await concludeSafely(failure));
    }
  }

  async function concludeSafely(failure: EngineError | undefined): Promise<SessionEnd> {
    try {
      return await conclude(closed ? undefined : failure, closed);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { exitCode: undefined, detached: false, message };
    }
  }

  return {
    tty,
    output: output(),
    async write(data) {
      if (closed || socket.destroyed || socket.writableEnded) return;
      if (socket.write(data)) return;
      // Whichever comes first: room, or the end. The other is waited for no more.
      const over = new AbortController();
      const first = (event: string) => once(socket, event, over);
      await Promise.race([first('drain'), first('close')]).catch(() => {
        // A broken connection is told by the end of the session.
      });
      over.abort();
    },
    endInput: () => void socket.end(),
    async resize(columns, rows) {
      if (closed || socket.destroyed) return;
      try {
        await resize(Math.max(1, Math.floor(columns)), Math.max(1, Math.floor(rows)));
      } catch {
        // The process may have ended, or not have begun: neither has a terminal whose size matters.
      }
    },
    ended,
    close() {
      closed = true;
      socket.destroy();
    },
  };
}
