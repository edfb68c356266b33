import { readdirSync, readFileSync } from 'node:fs';

/** How many processes of this machine were called with these words: what a build runs is no container. */
export function processes(...words: readonly string[]): number {
  const wanted = `${words.join('\0')}\0`;
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').endsWith(wanted);
    } catch {
      // It has ended since the directory was read.
      return false;
    }
  }).length;
}
