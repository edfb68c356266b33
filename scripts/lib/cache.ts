import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The directory that holds every download and unpacked engine: `$XDG_CACHE_HOME/stevedore`, or `~/.cache/stevedore`. */
export function cacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'stevedore');
}

/**
 * Makes `dir` by `make` unless it was already made under the same `key`, which names what it is made from.
 * `make` fills a draft directory that is renamed when it is complete, so neither an interrupted run nor two runs
 * at a time leave half of one. Throws what `make` throws.
 */
export async function ensureStamped(
  dir: string,
  key: string,
  make: (draft: string) => Promise<void>,
): Promise<void> {
  if (await isStamped(dir, key)) return;
  const draft = `${dir}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await make(draft);
    await writeFile(join(draft, STAMP), key);
    if (await isStamped(dir, key)) return;
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const STAMP = '.stamp';

async function isStamped(dir: string, key: string): Promise<boolean> {
  try {
    return (await readFile(join(dir, STAMP), 'utf8')) === key;
  } catch {
    // No stamp, or one that cannot be read, means that the directory has to be made again.
    return false;
  }
}
