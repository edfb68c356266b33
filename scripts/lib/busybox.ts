import { join } from 'node:path';
import { unpackPackages } from './apt.ts';

/**
 * Debian's statically linked busybox, from which images are made where none can be pulled. It is unpacked into the
 * cache, for installing it would replace a busybox that the machine may need.
 * @returns path of the program.
 */
export async function staticBusybox(): Promise<string> {
  return join(await unpackPackages('bookworm', ['busybox-static']), 'bin', 'busybox');
}
