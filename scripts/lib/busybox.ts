import { join } from 'node:path';
import { unpackPackages } from './apt.ts';
import type { InstalledEngine } from './engines.ts';

/**
 * Debian's statically linked busybox, from which images are made where none can be pulled. Inside a bed it is the one
 * that was unpacked with the engine, for nothing can be downloaded there; elsewhere it is unpacked into the cache, for
 * installing it would replace a busybox that the machine may need.
 * @returns path of the program.
 */
export async function staticBusybox(): Promise<string> {
  const installed = process.env['STEVEDORE_TEST_INSTALLED'];
  if (installed) return join((JSON.parse(installed) as InstalledEngine).bin, 'busybox');
  return join(await unpackPackages('bookworm', ['busybox-static']), 'bin', 'busybox');
}
