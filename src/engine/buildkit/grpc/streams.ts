import { setMaxListeners } from 'node:events';
import type { Http2Stream } from 'node:http2';
import { frame } from './frames.ts';
import { code, GrpcError } from './status.ts';

/** Bytes: servers of gRPC written in Go take so much (grpc-go, MaxHeaderListSize). */
const HEADERS = 16 * 1024 * 1024;

/**
 * For both sides of a connection. A pattern of .dockerignore is a header, and an error's details hold the Dockerfile: Node's
 * own limits, 128 headers and 64 KiB, are for browsers. It also refuses calls while more than 10 MB wait to be sent.
 */
export const LIMITS = {
  settings: { initialWindowSize: 1 << 20, maxHeaderListSize: HEADERS },
  maxHeaderListPairs: 1_000_000,
  maxSendHeaderBlockLength: HEADERS,
  /** Megabytes. What is sent bounds itself: a few chunks for each folder. */
  maxSessionMemory: 1000,
} as const;

/**
 * Bytes that may be on their way to us on a connection, whatever its streams may have: 64 KiB otherwise, which a distant engine
 * could send once in each round trip.
 */
export const WINDOW = 8 << 20;

/** What a stream brings. Whoever stops reading leaves the stream as it is: there may be an answer to send yet. */
export function chunksOf(stream: Http2Stream): AsyncIterable<Buffer> {
  return stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/**
 * Writes messages, each in its frame. Resolves when the peer has taken enough for more to be written.
 * @throws GrpcError `cancelled` when the stream has ended
 */
export async function sendFramed(
  stream: Http2Stream,
  messages: readonly Uint8Array[],
): Promise<void> {
  if (hasEnded(stream)) throw ended();
  if (stream.write(frame(...messages))) return;
  // Many files are sent at once, and all of them wait for the same room.
  setMaxListeners(0, stream);
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void) => () => {
      stream.off('drain', onDrain);
      stream.off('close', onClose);
      act();
    };
    const onDrain = settle(resolve);
    const onClose = settle(() => reject(ended()));
    stream.on('drain', onDrain);
    stream.on('close', onClose);
  });
}

/**
 * Writes messages that have their frames. Resolves when the connection has taken all of it, and reads its memory no more.
 * @throws GrpcError `cancelled` when the stream has ended
 */
export async function writeFrames(stream: Http2Stream, frames: Uint8Array): Promise<void> {
  if (hasEnded(stream)) throw ended();
  await new Promise<void>((resolve, reject) => {
    // What a stream that was reset holds back counts as written.
    stream.write(frames, (error) => (error || stream.destroyed ? reject(ended()) : resolve()));
  });
}

const hasEnded = (stream: Http2Stream) => stream.destroyed || stream.writableEnded;

const ended = () => new GrpcError(code.cancelled, 'The call has ended.');
