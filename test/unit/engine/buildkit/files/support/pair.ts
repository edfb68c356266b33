import type { Exchange } from '../../../../../../src/engine/buildkit/grpc/exchange.ts';
import { unframe } from '../../../../../../src/engine/buildkit/grpc/frames.ts';

interface Pipe {
  readonly queue: Uint8Array[];
  ended: boolean;
  error: Error | undefined;
  readers: (() => void)[];
  writers: (() => void)[];
}

const ROOM = 64;

/** Two ends of one call, with room for some messages between: what one sends the other receives. */
export interface Pair {
  readonly ours: Exchange;
  readonly theirs: Exchange;
  /** The other side has sent all. */
  endTheirs(): void;
  endOurs(): void;
  /** Breaks the call off. */
  abort(): void;
}

export function exchangePair(metadata: Readonly<Record<string, readonly string[]>> = {}): Pair {
  const abort = new AbortController();
  const pipe = (): Pipe => ({
    queue: [],
    ended: false,
    error: undefined,
    readers: [],
    writers: [],
  });
  const up = pipe();
  const down = pipe();
  const end = (on: Pipe) => {
    on.ended = true;
    wake(on.readers);
  };
  abort.signal.addEventListener('abort', () => {
    for (const on of [up, down]) {
      on.error = new Error('the call was broken off');
      wake(on.readers);
      wake(on.writers);
    }
  });
  const side = (from: Pipe, to: Pipe, entries: Readonly<Record<string, readonly string[]>>) => ({
    metadata: new Map(Object.entries(entries)),
    messages: receive(from),
    send: (...messages: readonly Uint8Array[]) => send(to, messages),
    sendFrames: async (frames: Uint8Array) => {
      for await (const message of unframe(pieces(frames))) await send(to, [message]);
    },
    signal: abort.signal,
  });
  return {
    ours: side(down, up, metadata),
    theirs: side(up, down, {}),
    endTheirs: () => end(down),
    endOurs: () => end(up),
    abort: () => abort.abort(),
  };
}

function wake(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}

async function send(pipe: Pipe, messages: readonly Uint8Array[]): Promise<void> {
  if (pipe.error) throw pipe.error;
  // A transport has copied or sent them before the memory is used for something else.
  for (const message of messages) pipe.queue.push(new Uint8Array(message));
  wake(pipe.readers);
  while (pipe.queue.length > ROOM) {
    await new Promise<void>((resolve) => pipe.writers.push(resolve));
    if (pipe.error) throw pipe.error;
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Buffer, void> {
  yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function* receive(pipe: Pipe): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    if (pipe.error) throw pipe.error;
    const message = pipe.queue.shift();
    if (message) {
      wake(pipe.writers);
      yield message;
    } else if (pipe.ended) return;
    else await new Promise<void>((resolve) => pipe.readers.push(resolve));
  }
}
