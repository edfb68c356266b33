import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { draftName } from '../../../util/draft.ts';
import { filesError, placeOf } from '../../files.ts';
import { EngineError } from '../../errors.ts';
import type { Exchange } from '../grpc/exchange.ts';
import { readFields } from './wire.ts';

/** An archive that has come, beside the place where it is to be. */
export interface ReceivedArchive {
  readonly bytes: number;
  /** Puts it there, over a file of that name. Throws EngineError. */
  place(): Promise<void>;
  /** Leaves nothing behind; without effect once it is in its place. */
  discard(): Promise<void>;
}

/**
 * Takes the archive of a build's result (`/moby.filesync.v1.FileSend/DiffCopy` of the exporters `tar`, `oci` and
 * `docker`) into a file beside `dest`, or beside what that leads to. The engine ends an archive that it breaks off as it does a whole one, so it is
 * placed by whoever knows that the build has succeeded. `onProgress` is told how many bytes have come. Throws
 * EngineError, and leaves nothing behind then.
 */
export async function receiveArchive(
  dest: string,
  exchange: Exchange,
  onProgress?: (bytes: number) => void,
): Promise<ReceivedArchive> {
  const failure = `“${dest}” could not be written`;
  const failed = (error: unknown) => filesError(error, failure);
  const place = await placeOf(dest, failure);
  const draft = join(dirname(place), draftName());
  const file = await open(draft, 'wx').catch((error: unknown) => {
    throw failed(error);
  });
  try {
    let bytes = 0;
    try {
      for await (const message of exchange.messages) {
        const parts: Uint8Array[] = [];
        readFields(message, (field, _, content) => {
          if (field === 1) parts.push(content);
        });
        for (const part of parts) {
          await file.writeFile(part).catch((error: unknown) => {
            throw failed(error);
          });
          bytes += part.length;
        }
        onProgress?.(bytes);
      }
    } finally {
      await file.close();
    }
    if (exchange.signal.aborted) throw new EngineError('cancelled', 'Cancelled.');
    return {
      bytes,
      place: () =>
        rename(draft, place).catch((error: unknown) => {
          throw failed(error);
        }),
      discard: () => rm(draft, { force: true }),
    };
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
