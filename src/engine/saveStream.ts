import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { throughDraft } from '../util/draft.ts';
import type { Client } from './client.ts';
import { filesError, placeOf } from './files.ts';

/**
 * Writes what the engine answers to a file, behind a link too. It is written beside the file and takes its name only when
 * it is complete; when anything goes wrong, or the signal fires, what was written is removed and the file is as before.
 * Resolves with the bytes written.
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
  let bytes = 0;
  const count = counter((size) => {
    bytes += size;
    onProgress?.(bytes);
  });
  try {
    await throughDraft(await placeOf(file, failure), async (draft) => {
      // A stream that is destroyed while it opens its file makes that file afterwards, when nobody removes it any more.
      const opened = await open(draft, 'wx');
      try {
        const stream = await client.request({ path, as: 'stream', signal });
        await pipeline(stream, count, opened.createWriteStream());
      } finally {
        await opened.close();
      }
    });
    return bytes;
  } catch (error) {
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
