import { EngineError } from '../../errors.ts';
import { receiveArchive } from '../files/receiveArchive.ts';
import type { ReceivedArchive } from '../files/receiveArchive.ts';
import { receiveFiles } from '../files/receiveFiles.ts';
import type { Exchange, Services } from '../grpc/exchange.ts';
import { code, GrpcError } from '../grpc/status.ts';
import type { LocalOutput } from '../request.ts';

/** Where a build's result goes on this machine. */
export interface OpenOutputs {
  readonly services: Services;
  /** Puts archives in their places: to be called once the build has succeeded. Throws EngineError that names the file. */
  complete(): Promise<void>;
  /** Leaves nothing unfinished behind. */
  close(): Promise<void>;
}

/** By this the engine says which of several exporters sends (moby/buildkit, session/filesync); before Docker 26 there is one. */
const EXPORTER = 'buildkit-attachable-exporter-id';

/**
 * Takes what a build's exporters send (moby.filesync.v1.FileSend): files into a folder, or an archive.
 * @param outputs in the order of the exporters; undefined for one that sends nothing
 * @param onFailure told why it could not be written: an error that names the file. The engine says so in more words.
 */
export function openOutputs(
  outputs: readonly (LocalOutput | undefined)[],
  onFailure: (error: EngineError) => void,
): OpenOutputs {
  const archives: ReceivedArchive[] = [];
  const take = async (exchange: Exchange): Promise<void> => {
    const exporter = exchange.metadata.get(EXPORTER)?.[0] ?? '0';
    const output = outputs[Number(exporter)];
    if (!output)
      throw new GrpcError(code.unimplemented, `nothing is taken of the exporter ${exporter}`);
    try {
      if (output.type === 'local') await receiveFiles(output.dest, exchange);
      else archives.push(await receiveArchive(output.dest, exchange));
    } catch (error) {
      if (error instanceof EngineError && error.reason !== 'cancelled') onFailure(error);
      throw error;
    }
  };
  return {
    services: outputs.some(Boolean) ? { '/moby.filesync.v1.FileSend/DiffCopy': take } : {},
    complete: async () => {
      for (const archive of archives) await archive.place();
    },
    close: async () => {
      for (const archive of archives) await archive.discard();
    },
  };
}
