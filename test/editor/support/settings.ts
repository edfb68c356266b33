import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes the machine's settings, which VS Code reads anew by itself: the ones that choose programs and addresses are
 * taken from there alone.
 * @param workspace the folder that is open; the server keeps its files beside it
 */
export function machineSettings(workspace: string, settings: Record<string, unknown>): void {
  const folder = join(dirname(workspace), 'user-data', 'Machine');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
}
