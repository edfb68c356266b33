import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contexts } from '../context/contexts.ts';
import type { BuildContext } from '../rules/rule.ts';

/** The build context of a Dockerfile on disk: its own folder. Undefined for documents that are elsewhere. */
export async function contextOfDocument(
  contexts: Contexts,
  uri: string,
): Promise<BuildContext | undefined> {
  if (!uri.startsWith('file:')) return undefined;
  const path = fileURLToPath(uri);
  return contexts.open(dirname(path), path);
}
