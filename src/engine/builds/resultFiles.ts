import { unlink, writeFile } from 'node:fs/promises';
import { isAbsent } from '../../util/absent.ts';
import { throughDraft } from '../../util/draft.ts';
import type { BuildOptions } from '../buildkit/request.ts';
import { filesError } from '../files.ts';

/** What the exporter said of a build's result, by its names for it, such as `containerimage.digest`. */
export type ExporterResponse = Readonly<Record<string, string>>;

type Asked = Pick<BuildOptions, 'iidFile' | 'metadataFile'>;

/**
 * Takes the image id of an earlier build away before a build begins, as docker does: nobody is to take it for that of a
 * build that has failed. @throws EngineError that names the file
 */
export async function dropImageId({ iidFile }: Asked): Promise<void> {
  if (iidFile === undefined) return;
  await unlink(iidFile).catch((error: unknown) => {
    if (!isAbsent(error)) throw filesError(error, `“${iidFile}” could not be removed`);
  });
}

/**
 * Writes the image id and the metadata of a build that has succeeded (`--iidfile`, `--metadata-file`). The id is that which
 * the engine knows the image by, and else, as of an archive, that of its configuration; empty where there is no image.
 * @param ref names the build to the engine
 * @throws EngineError that names the file which could not be written
 */
export async function writeResultFiles(
  { iidFile, metadataFile }: Asked,
  { image, response }: { readonly image: string | undefined; readonly response: ExporterResponse },
  ref: string,
): Promise<void> {
  const id =
    image ?? response['containerimage.config.digest'] ?? response['containerimage.digest'] ?? '';
  if (iidFile !== undefined) await write(iidFile, id);
  if (metadataFile !== undefined) await write(metadataFile, metadataOf(response, ref));
}

/**
 * The metadata as buildx writes it: what the exporter said, in the order of its names, values of JSON taken out of their
 * base64; and the reference that `docker buildx history` knows the build by.
 */
function metadataOf(response: ExporterResponse, ref: string): string {
  const all = Object.entries({ ...response, 'buildx.build.ref': `default/default/${ref}` });
  return JSON.stringify(
    Object.fromEntries(
      all
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => [name, decoded(value)]),
    ),
    undefined,
    2,
  );
}

function decoded(value: string): unknown {
  try {
    const json: unknown = JSON.parse(Buffer.from(value, 'base64').toString());
    return typeof json === 'object' && json !== null ? json : value;
  } catch {
    // Most are texts as they are.
    return value;
  }
}

async function write(file: string, text: string): Promise<void> {
  await throughDraft(file, (draft) => writeFile(draft, text, { flag: 'wx' })).catch(
    (error: unknown) => {
      throw filesError(error, `The build succeeded, but “${file}” could not be written`);
    },
  );
}
