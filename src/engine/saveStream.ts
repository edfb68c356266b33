import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from './client.ts';
import { filesError } from './files.ts';

/**
 * Writes what the engine answers to a file. It is written beside `file` and takes its name only when it is complete; when
 * anything goes wrong, or the signal fires, what was written is removed and `file` is as before. Resolves with the bytes
 * written.
 * @param failure begins the error of a file that can't be written
 * @param onProgress told the bytes written so far; the engine doesn't tell how many there will be
 */
export async function saveStream(
  client: Client,
  path: string,
  file: string,
  failure: string,
  onProgress: ((bytes: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<number> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.partial`;
  let bytes = 0;
  const count = counter((size) => {
    bytes += size;
    onProgress?.(bytes);
  });
  try {
    const stream = await client.request({ path, as: 'stream', signal });
    await pipeline(stream, count, createWriteStream(temporary, { flags: 'wx' }));
    await rename(temporary, file);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw filesError(error, failure, signal);
  }
}

/** Passes all on, and tells the size of each piece. */
export function counter(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
}
