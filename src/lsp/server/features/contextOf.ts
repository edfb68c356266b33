import { dirname } from 'node:path';
import type { Contexts } from '../context/contexts.ts';
import { fileOf } from '../context/fileOf.ts';
import { guessRoot } from '../context/guessRoot.ts';
import { literalSources } from '../context/sources.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import type { BuildContext } from '../rules/rule.ts';

/**
 * The likely build context of a Dockerfile on disk: its own folder, or one above it in the workspace where more of
 * what it copies is. Undefined for documents that are elsewhere.
 */
export async function contextOfDocument(
  contexts: Contexts,
  uri: string,
  file?: Dockerfile,
  folderOf: (path: string) => string | undefined = () => undefined,
): Promise<BuildContext | undefined> {
  const path = fileOf(uri);
  if (path === undefined) return undefined;
  const folder = folderOf(path);
  const root =
    file && folder !== undefined
      ? await guessRoot(path, folder, literalSources(file))
      : dirname(path);
  return contexts.open(root, path);
}
