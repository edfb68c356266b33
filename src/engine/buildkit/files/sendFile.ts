import { close, constants, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { EngineError } from '../../errors.ts';
import { fsPath, readable } from './names.ts';
import { unreadable } from './folder.ts';
import { dataPacket } from './packet.ts';

const openFile = promisify(open);
const readFile = promisify(read);
const closeFile = promisify(close);

/** The most that is read and sent at a time, in bytes. gRPC servers written in Go refuse messages beyond 4 MB. */
export const CHUNK = 256 * 1024;

/** Opening a pipe that took the file's place must not wait for a writer, and a link must not be followed. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

export interface FileRequest {
  /** The number that the engine asks with. */
  readonly id: number;
  /** Relative, for messages. */
  readonly name: string;
  /** Absolute; see names.ts. */
  readonly path: string;
  /** In bytes, as it was listed. */
  readonly size: number;
}

/** Takes packets, and resolves when there is room for more. */
export type Send = (...packets: readonly Uint8Array[]) => Promise<void>;

/**
 * Sends the contents of a file, as many bytes as were listed: what it has grown by since isn't part of what was announced.
 * Throws EngineError that names the file when it has gone, shrunk or can't be read; what was sent of it has no end then,
 * so that the engine doesn't take it for the file. `sent` is told how many bytes were handed to `send`.
 */
export async function sendFile(
  { id, name, path, size }: FileRequest,
  send: Send,
  sent: (bytes: number) => void,
): Promise<void> {
  const end = dataPacket(id, 0).bytes;
  if (size === 0) return send(end);
  const file = await attempt(name, () => openFile(fsPath(path), FLAGS));
  try {
    for (let at = 0; at < size;) {
      const length = Math.min(CHUNK, size - at);
      const { bytes, offset } = dataPacket(id, length);
      for (let filled = 0; filled < length;) {
        const { bytesRead } = await attempt(name, () =>
          readFile(file, bytes, offset + filled, length - filled, at + filled),
        );
        if (bytesRead === 0) throw shrunk(name, size, at + filled);
        filled += bytesRead;
      }
      at += length;
      sent(length);
      await (at < size ? send(bytes) : send(bytes, end));
    }
  } finally {
    await closeFile(file);
  }
}

function shrunk(name: string, listed: number, left: number): EngineError {
  return new EngineError(
    'conflict',
    `“${readable(name)}” changed while it was sent: it had ${listed} bytes and has ${left} now.`,
  );
}

async function attempt<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // It was a regular file when it was listed.
    if (code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO')
      throw new EngineError(
        'conflict',
        `“${readable(name)}” changed while it was sent: it is no file any more.`,
        { cause: error },
      );
    throw unreadable(name, error);
  }
}
