import { EngineError } from '../../errors.ts';
import { receiveArchive } from '../files/receiveArchive.ts';
import type { ReceivedArchive } from '../files/receiveArchive.ts';
import { receiveFiles } from '../files/receiveFiles.ts';
import type { Exchange, Services } from '../grpc/exchange.ts';
import type { BuildOutput } from '../request.ts';

/** Where a build's result goes on this machine. */
export interface OpenOutput {
  readonly services: Services;
  /** Puts an archive in its place: to be called once the build has succeeded. Throws EngineError that names the file. */
  complete(): Promise<void>;
  /** Leaves nothing unfinished behind. */
  close(): Promise<void>;
}

/**
 * Takes what a build's exporter sends (moby.filesync.v1.FileSend): files into a folder, or an archive.
 * @param onFailure told why it could not be written: an error that names the file. The engine says so in more words.
 */
export function openOutput(
  output: BuildOutput | undefined,
  onFailure: (error: EngineError) => void,
): OpenOutput {
  const here = output && 'dest' in output ? output : undefined;
  let archive: ReceivedArchive | undefined;
  const take = async (exchange: Exchange): Promise<void> => {
    if (!here) return;
    try {
      if (here.type === 'local') await receiveFiles(here.dest, exchange);
      else archive = await receiveArchive(here.dest, exchange);
    } catch (error) {
      if (error instanceof EngineError && error.reason !== 'cancelled') onFailure(error);
      throw error;
    }
  };
  return {
    services: here ? { '/moby.filesync.v1.FileSend/DiffCopy': take } : {},
    complete: async () => archive?.place(),
    close: async () => archive?.discard(),
  };
}
