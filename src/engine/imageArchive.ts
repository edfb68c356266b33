import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { filesError } from './files.ts';
import { followTransfer } from './progress.ts';
import type { TransferProgress } from './progress.ts';
import { counter, saveStream } from './saveStream.ts';

/**
 * Writes images to a tar file, as `docker save`; see saveStream.
 * @param images references keep their names in the archive; ids have none there
 */
export function saveImages(
  client: Client,
  images: readonly string[],
  file: string,
  options: { readonly onProgress?: (bytes: number) => void } = {},
  signal?: AbortSignal,
): Promise<number> {
  const query = new URLSearchParams(images.map((image): [string, string] => ['names', image]));
  const failure = `The image could not be written to ${file}`;
  const path = `/images/get?${query.toString()}`;
  return saveStream(client, path, file, failure, options.onProgress, signal);
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
