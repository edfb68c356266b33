import { stat } from 'node:fs/promises';

/**
 * Throws what looking at a path throws, and an Error where a pipe, a device or a socket is: reading one that was merely found may
 * never end. A folder passes, for reading it fails at once and says what it is.
 */
export async function demandFile(path: string): Promise<void> {
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory()) throw new Error('is a pipe or device, not a file');
}
