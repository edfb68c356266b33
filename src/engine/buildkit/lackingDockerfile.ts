import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { EngineError } from '../errors.ts';
import { filesError } from '../files.ts';
import type { BuildOptions } from './request.ts';

/**
 * Why the builder could not read a Dockerfile of this machine, where it says that it could not: it is told of the file's
 * folder alone, and knows no path but one of its own.
 */
export async function lackingDockerfile(
  { dockerfile, dockerfileText }: Pick<BuildOptions, 'dockerfile' | 'dockerfileText'>,
  error: unknown,
): Promise<EngineError | undefined> {
  if (!(error instanceof EngineError) || dockerfileText !== undefined || !isAbsolute(dockerfile))
    return undefined;
  const { detail = '' } = error;
  if (!detail.includes('failed to read dockerfile')) return undefined;
  const what = `“${dockerfile}” could not be read`;
  try {
    await readFile(dockerfile);
    const place = await realpath(dockerfile);
    if (place === join(await realpath(dirname(dockerfile)), basename(dockerfile))) return undefined;
    const why = `it is a link to “${place}”, and the builder follows none out of the folder`;
    return new EngineError('bad-request', `${what}: ${why}. Build that file.`, {
      detail,
      cause: error,
    });
  } catch (unread) {
    return filesError(unread, what);
  }
}
