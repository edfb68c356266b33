import { fstatSync, writeSync } from 'node:fs';

/**
 * Writes to standard output or error. It goes past `process.stdout`, with which Node loads all of its network and streams,
 * a tenth of what the program takes for a small file; only a reader that is too slow and won't be waited for needs that, and
 * a console of Windows, which shows UTF-8 in letters of its own and escape sequences as they are when written to as a file.
 * @param fd 1 for standard output, 2 for standard error
 * @param onError told why a text could not be written
 */
export function createOutput(
  fd: 1 | 2,
  onError: (error: NodeJS.ErrnoException) => void,
  platform: NodeJS.Platform = process.platform,
): (text: string | Uint8Array) => void {
  let stream: NodeJS.WriteStream | undefined;
  const asStream = () => {
    const opened = fd === 1 ? process.stdout : process.stderr;
    opened.on('error', onError);
    return opened;
  };
  return (text) => {
    let rest: Uint8Array = typeof text === 'string' ? Buffer.from(text) : text;
    if (platform === 'win32') stream ??= asStream();
    if (stream) return void stream.write(rest);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const failure = error as NodeJS.ErrnoException;
      if (failure.code !== 'EAGAIN') return onError(failure);
      // What comes later must not overtake this.
      stream = asStream();
      stream.write(rest);
    }
  };
}

/** How wide the terminal is that standard output is; undefined where it is none, or doesn't know. */
export function columns(): number | undefined {
  return isTerminal() ? process.stdout.columns || undefined : undefined;
}

/** Whether standard output is a terminal. */
export function isTerminal(): boolean {
  const mayBe = process.platform === 'win32' || fstatSync(1).isCharacterDevice();
  return mayBe && process.stdout.isTTY;
}
