import { constants, lstatSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isAbsent } from '../../../util/absent.ts';
import { EngineError } from '../../errors.ts';
import { unreadable } from './folder.ts';
import { fsPath, readable } from './names.ts';

/** A file that the engine asked for. */
export interface FileRequest {
  /** The number that the engine asks with. */
  readonly id: number;
  /** Relative, for messages. */
  readonly name: string;
  /** Absolute; see names.ts. */
  readonly path: string;
  /** In bytes, as it was listed. */
  readonly size: number;
}

/** Opening a pipe that took the file's place must not wait for a writer, and a link must not be followed. */
export const OPEN_FLAGS =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

const REMEDY = 'Build again, or leave it out by .dockerignore.';

/** The error of a file that has fewer bytes than were listed. */
export function shrunk({ name, size }: FileRequest, left: number): EngineError {
  return new EngineError(
    'conflict',
    `“${readable(name)}” changed while it was sent: it had ${size} bytes and has ${left} now. ${REMEDY}`,
  );
}

/** What opening or reading says of a link, a directory, a socket and a pipe. */
const NO_FILE: ReadonlySet<string> = new Set(['ELOOP', 'EISDIR', 'ENXIO', 'ESPIPE']);

/** The error of a file that was a regular one when it was listed, and can't be read now. EngineErrors stay what they are. */
export function changed({ name }: FileRequest, error: unknown): EngineError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_FILE.has(code))
    return new EngineError(
      'conflict',
      `“${readable(name)}” changed while it was sent: it is no file any more. ${REMEDY}`,
      { cause: error },
    );
  return unreadable(name, error);
}

/**
 * Looks whether files were read from where they were listed, by synchronous calls: no call of Node's opens a file without
 * following the links that took the place of folders above it meanwhile.
 * @throws EngineError that names one of them behind a link
 */
export function demandFolders(files: readonly FileRequest[]): void {
  for (const { folder, file } of foldersAbove(files))
    try {
      if (lstatSync(folder).isSymbolicLink()) throw behindLink(file);
    } catch (error) {
      // It had been there to be read.
      if (!isAbsent(error)) throw changed(file, error);
    }
}

/** The same of one file, where nobody is to wait for the disk. */
export async function demandFolder(request: FileRequest): Promise<void> {
  for (const { folder, file } of foldersAbove([request]))
    try {
      if ((await lstat(folder)).isSymbolicLink()) throw behindLink(file);
    } catch (error) {
      if (!isAbsent(error)) throw changed(file, error);
    }
}

/** The folders that files are in, below the one that was listed, each once with one of its files. */
function* foldersAbove(files: readonly FileRequest[]) {
  const seen = new Set<string>();
  for (const file of files) {
    const { name, path } = file;
    const root = path.length - name.length;
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, root + end);
      if (seen.has(above)) break;
      seen.add(above);
      yield { folder: fsPath(above), file };
    }
  }
}

const behindLink = ({ name }: FileRequest): EngineError =>
  new EngineError(
    'conflict',
    `“${readable(name)}” changed while it was sent: a folder above it is a link now. ${REMEDY}`,
  );
