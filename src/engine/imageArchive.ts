import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { filesError } from './files.ts';
import { followTransfer } from './progress.ts';
import type { TransferProgress } from './progress.ts';

/**
 * Writes images to a tar file, as `docker save`. It is written beside `file` and takes its name only when it is
 * complete; when anything goes wrong, or the signal fires, what was written is removed and `file` is as before.
 * Resolves with the bytes written.
 * @param images references keep their names in the archive; ids have none there
 * @param options.onProgress told the bytes written so far; the engine doesn't tell how many there will be
 */
export async function saveImages(
  client: Client,
  images: readonly string[],
  file: string,
  options: { readonly onProgress?: (bytes: number) => void } = {},
  signal?: AbortSignal,
): Promise<number> {
  const query = new URLSearchParams(images.map((image): [string, string] => ['names', image]));
  const path = `/images/get?${query.toString()}`;
  const temporary = `${file}.${randomUUID().slice(0, 8)}.partial`;
  let bytes = 0;
  const count = counter((size) => {
    bytes += size;
    options.onProgress?.(bytes);
  });
  try {
    const stream = await client.request({ path, as: 'stream', signal });
    await pipeline(stream, count, createWriteStream(temporary, { flags: 'wx' }));
    await rename(temporary, file);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw filesError(error, `The image could not be written to ${file}`, signal);
  }
}

export interface LoadProgress {
  /** Bytes of the file sent so far, and its size. */
  readonly sent: number;
  readonly size: number;
  /** What the engine says of it; undefined while it says nothing. */
  readonly engine: TransferProgress | undefined;
}

/**
 * Loads images from a tar file, as `docker load`; compressed ones are taken too. Resolves with the references, or ids,
 * that were loaded. When the signal fires the engine stops.
 */
export async function loadImages(
  client: Client,
  file: string,
  options: { readonly onProgress?: (progress: LoadProgress) => void } = {},
  signal?: AbortSignal,
): Promise<readonly string[]> {
  let sent = 0;
  let engine: TransferProgress | undefined;
  const size = await sizeOf(file);
  const report = () => options.onProgress?.({ sent, size, engine });
  const source = createReadStream(file);
  const body = counter((bytes) => {
    sent += bytes;
    report();
  });
  const sending = pipeline(source, body);
  // The request fails with the same error, and is the one to tell it.
  sending.catch(() => {});
  const stream = await client.request({
    method: 'POST',
    path: '/images/load?quiet=0',
    headers: { 'Content-Type': 'application/x-tar' },
    body,
    as: 'stream',
    signal,
  });
  const { messages } = await followTransfer(stream, (progress) => {
    engine = progress;
    report();
  });
  const loaded = messages
    .flatMap((message) => message.split('\n'))
    .map((message) => /^Loaded image(?: ID)?(?:\(s\))?: (.+)$/.exec(message.trim())?.[1] ?? '');
  return loaded.flatMap((names) => names.split(',')).filter(Boolean);
}

async function sizeOf(file: string): Promise<number> {
  try {
    const handle = await open(file);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new EngineError('bad-request', `${file} is not a file.`);
      return stat.size;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw filesError(error, `${file} could not be read`);
  }
}

function counter(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
}
