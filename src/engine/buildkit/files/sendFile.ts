import { close, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { OPEN_FLAGS, changed, demandFolder } from './fileRequest.ts';
import type { FileRequest } from './fileRequest.ts';
import { fsPath } from './names.ts';
import { dataPacket } from './packet.ts';

const openFile = promisify(open);
const readFile = promisify(read);
const closeFile = promisify(close);

/** The most that is read and sent at a time, in bytes. gRPC servers written in Go refuse messages beyond 4 MB. */
export const CHUNK = 256 * 1024;

/** Takes packets, and resolves when there is room for more. */
export type Send = (...packets: readonly Uint8Array[]) => Promise<void>;

/** Bytes that are read at a time of what a file has otherwise than it was listed. */
const REST = 64 * 1024;

/**
 * Sends the contents of a file up to its end, however long it was when it was listed: docker does, and the engine compares
 * no sizes. Throws EngineError that names the file when it has gone or can't be read; what was sent of it has no end then, so
 * that the engine doesn't take it for the file. `sent` is told how many bytes were handed to `send`.
 */
export async function sendFile(
  request: FileRequest,
  send: Send,
  sent: (bytes: number) => void,
): Promise<void> {
  const { id, path, size } = request;
  const attempt = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw changed(request, error);
    }
  };
  const file = await attempt(() => openFile(fsPath(path), OPEN_FLAGS));
  const readAt = (bytes: Buffer, offset: number, at: number) =>
    attempt(() => readFile(file, bytes, offset, bytes.length - offset, at));
  try {
    await demandFolder(request);
    let at = 0;
    while (at < size) {
      const length = Math.min(CHUNK, size - at);
      const { bytes, offset } = dataPacket(id, length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await readAt(bytes, offset + filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      // What a packet says of its length no longer holds.
      if (filled < length) break;
      at += length;
      sent(length);
      await send(bytes);
    }
    const rest = Buffer.allocUnsafe(REST);
    for (;;) {
      const { bytesRead } = await readAt(rest, 0, at);
      if (bytesRead === 0) break;
      const { bytes, offset } = dataPacket(id, bytesRead);
      rest.copy(bytes, offset, 0, bytesRead);
      at += bytesRead;
      sent(bytesRead);
      await send(bytes);
    }
    await send(dataPacket(id, 0).bytes);
  } finally {
    await closeFile(file);
  }
}
