import { EngineError } from '../../errors.ts';
import { receiveArchive } from '../files/receiveArchive.ts';
import { receiveFiles } from '../files/receiveFiles.ts';
import type { Services } from '../grpc/exchange.ts';
import type { BuildOutput } from '../request.ts';

/**
 * Takes what a build's exporter sends (moby.filesync.v1.FileSend): files into a folder, or an archive.
 * @param onFailure told why it could not be written: an error that names the file. The engine says so in more words.
 */
export function outputServices(
  output: BuildOutput | undefined,
  onFailure: (error: EngineError) => void,
): Services {
  if (!output || output.type === 'image') return {};
  const { type, dest } = output;
  const receive = type === 'local' ? receiveFiles : receiveArchive;
  return {
    '/moby.filesync.v1.FileSend/DiffCopy': async (exchange) => {
      try {
        await receive(dest, exchange);
      } catch (error) {
        if (error instanceof EngineError && error.reason !== 'cancelled') onFailure(error);
        throw error;
      }
    },
  };
}
