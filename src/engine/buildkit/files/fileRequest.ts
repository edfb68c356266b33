import { constants, lstatSync } from 'node:fs';
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
 * Looks whether files were read from where they were listed: no call of Node's opens a file without following the links that
 * took the place of folders above it meanwhile.
 * @throws EngineError that names one of them behind a link
 */
export function demandFolders(files: readonly FileRequest[]): void {
  const seen = new Set<string>();
  for (const request of files) {
    const { name, path } = request;
    const root = path.length - name.length;
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, root + end);
      if (seen.has(above)) break;
      seen.add(above);
      if (isLink(above, request))
        throw new EngineError(
          'conflict',
          `“${readable(name)}” changed while it was sent: a folder above it is a link now. ${REMEDY}`,
        );
    }
  }
}

function isLink(folder: string, request: FileRequest): boolean {
  try {
    return lstatSync(fsPath(folder)).isSymbolicLink();
  } catch (error) {
    // It had been there to be read.
    if (isAbsent(error)) return false;
    throw changed(request, error);
  }
}
