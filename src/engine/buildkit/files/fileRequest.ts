import { constants } from 'node:fs';
import { EngineError } from '../../errors.ts';
import { unreadable } from './folder.ts';
import { readable } from './names.ts';

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

/** The error of a file that has fewer bytes than were listed. */
export function shrunk({ name, size }: FileRequest, left: number): EngineError {
  return new EngineError(
    'conflict',
    `“${readable(name)}” changed while it was sent: it had ${size} bytes and has ${left} now.`,
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
      `“${readable(name)}” changed while it was sent: it is no file any more.`,
      { cause: error },
    );
  return unreadable(name, error);
}
