import { code, GrpcError } from './status.ts';

/** Bytes; what BuildKit sends stays below 16 MiB. */
const LARGEST = 64 * 1024 * 1024;

/** Bytes of the head that {@link writeHead} writes. */
export const HEAD = 5;

/**
 * Writes the head of a message of `length` bytes, uncompressed (gRPC over HTTP/2, "Length-Prefixed-Message").
 * @returns the offset behind it
 */
export function writeHead(into: Buffer, at: number, length: number): number {
  into[at] = 0;
  return into.writeUInt32BE(length, at + 1);
}

/** Puts its head in front of each message. */
export function frame(...messages: readonly Uint8Array[]): Buffer {
  const framed = Buffer.allocUnsafe(messages.reduce((sum, { length }) => sum + HEAD + length, 0));
  let at = 0;
  for (const message of messages) {
    at = writeHead(framed, at, message.length);
    framed.set(message, at);
    at += message.length;
  }
  return framed;
}

/**
 * Takes messages out of a stream that is cut anywhere. A message that lies in one chunk is a view on it.
 * @throws GrpcError `internal` for a compressed or huge message, or one that the stream ends within
 */
export async function* unframe(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  /** Of the message whose head has been read. */
  let length: number | undefined;
  const take = (count: number): Buffer => {
    if ((held[0]?.length ?? 0) < count) held = [Buffer.concat(held)];
    const [first = Buffer.alloc(0), ...rest] = held;
    held = first.length > count ? [first.subarray(count), ...rest] : rest;
    size -= count;
    return first.subarray(0, count);
  };
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    for (;;) {
      if (length === undefined) {
        if (size < HEAD) break;
        const head = take(HEAD);
        if (head[0]) throw new GrpcError(code.internal, 'The builder sent a compressed message.');
        length = head.readUInt32BE(1);
        if (length > LARGEST)
          throw new GrpcError(code.internal, `The builder sent a message of ${length} bytes.`);
      }
      if (size < length) break;
      const message = length ? take(length) : Buffer.alloc(0);
      length = undefined;
      yield message;
    }
  }
  if (size || length !== undefined)
    throw new GrpcError(code.internal, 'A message of the builder was cut off.');
}
