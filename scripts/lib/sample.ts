import { copyFileSync, cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The sample workspace as it is kept; work on a copy. */
export const SAMPLE = fileURLToPath(new URL('../../samples/hello/', import.meta.url));

/**
 * Copies the sample workspace to `target`. Files that are there already stay as they are, for they
 * may be a person's work.
 * @param busybox path of a statically linked busybox, from which base/Dockerfile makes the image that
 * the sample starts from; needed on an engine that cannot pull it.
 */
export function copySample(target: string, busybox?: string): void {
  cpSync(SAMPLE, target, { recursive: true, force: false });
  const program = join(target, 'base', 'busybox');
  if (busybox !== undefined && !existsSync(program)) copyFileSync(busybox, program);
}
