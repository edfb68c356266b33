import { code, GrpcError } from './status.ts';

/** Bytes; what BuildKit sends stays below 16 MiB. */
const LARGEST = 64 * 1024 * 1024;

/** Puts gRPC's head in front of each message (gRPC over HTTP/2, "Length-Prefixed-Message"), uncompressed. */
export function frame(...messages: readonly Uint8Array[]): Buffer {
  const framed = Buffer.allocUnsafe(messages.reduce((sum, { length }) => sum + 5 + length, 0));
  let at = 0;
  for (const message of messages) {
    framed[at] = 0;
    framed.writeUInt32BE(message.length, at + 1);
    framed.set(message, at + 5);
    at += 5 + message.length;
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
        if (size < 5) break;
        const head = take(5);
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
