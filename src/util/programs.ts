import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where PATH says that programs are; what it has of the working directory is none of the machine's. */
export const pathFolders = (env: Environment): string[] =>
  (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));

/** The path of a program in the first of the folders that has it and lets it be run. Nothing is run for it. */
export function programIn(folders: readonly string[], name: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return folders.map((folder) => join(folder, file)).find(isRunnable);
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
