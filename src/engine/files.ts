import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError } from './errors.ts';
import type { Reason } from './errors.ts';

const reasons: Readonly<Record<string, readonly [Reason, string]>> = {
  ENOENT: ['not-found', 'there is no such file or folder'],
  EACCES: ['permission', 'permission was denied'],
  EPERM: ['permission', 'permission was denied'],
  EEXIST: ['conflict', 'something of that name is there already'],
  EISDIR: ['bad-request', 'it is a directory'],
  ENOTDIR: ['not-found', 'a part of its path is not a directory'],
  ENAMETOOLONG: ['bad-request', 'its path is too long'],
  ENOSPC: ['server', 'no space is left on the disk'],
  EROFS: ['permission', 'its disk is read-only'],
};

/**
 * Makes the error of a file operation an EngineError: `what` and why, in one sentence. EngineErrors stay what they are,
 * and whatever goes wrong after `signal` fired is 'cancelled'.
 */
export function filesError(error: unknown, what: string, signal?: AbortSignal): EngineError {
  if (error instanceof EngineError) return error;
  if (signal?.aborted) return new EngineError('cancelled', 'Cancelled.', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [reason, why] = reasons[code] ?? [
    'server',
    error instanceof Error ? error.message : String(error),
  ];
  return new EngineError(reason, `${what}: ${why}.`, { cause: error });
}

/**
 * Where a file is to be put that takes the place of what is at a path: behind a link, for that stays.
 * @param what begins the error
 * @throws EngineError `bad-request` for what no file is to take the place of: a directory, a device, a pipe
 */
export async function placeOf(path: string, what: string): Promise<string> {
  try {
    const place = await realpath(path);
    const found = await stat(place);
    if (found.isFile()) return place;
    const kind = found.isDirectory() ? 'directory' : 'device or a pipe';
    throw new EngineError('bad-request', `${what}: it is a ${kind}.`);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    // Nothing is there, or it may not be looked at: writing says which.
    return path;
  }
}

/**
 * Makes the folder at an absolute path with those above it, as far as they are missing. Node's own way asks for ever where a folder
 * takes none, as `/proc` does, and says of a read-only disk that there is no such file.
 * @throws the error of the file system
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
    await makeFolder(above);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const there = await stat(path).catch(() => undefined);
    if (!there?.isDirectory()) throw error;
  }
}
