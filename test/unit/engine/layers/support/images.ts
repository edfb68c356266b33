import { readExport } from '../../../../../src/engine/layers/exportReader.ts';
import { imageOf } from '../../../../../src/engine/layers/manifest.ts';
import type { ReadImage } from '../../../../../src/engine/layers/manifest.ts';
import { exported, inPieces } from './archives.ts';
import type { Entry, HistoryEntry } from './archives.ts';

/** An image with these layers, read from an export of it. */
export async function imageWith(
  layers: readonly (readonly Entry[])[],
  history?: readonly HistoryEntry[],
): Promise<ReadImage> {
  const bytes = exported('oci', layers, history ? { history } : {});
  return imageOf(await readExport(inPieces(bytes, 8192)));
}

/** `name=text` is a file, `name/` a directory, `-name` a deletion, `!name` a directory that begins anew. */
export const entries = (...shorts: readonly string[]): Entry[] =>
  shorts.map((short): Entry => {
    const [, kind = '', path = '', text = ''] = /^([-!]?)([^=]*)=?(.*)$/.exec(short) ?? [];
    const cut = path.lastIndexOf('/') + 1;
    if (kind === '-') return { name: `${path.slice(0, cut)}.wh.${path.slice(cut)}` };
    if (kind === '!') return { name: `${path}/.wh..wh..opq` };
    if (path.endsWith('/')) return { name: path.slice(0, -1), type: 'directory', mode: 0o755 };
    return { name: path, text };
  });
