import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../util/absent.ts';
import { EngineError } from './errors.ts';
import { record } from './mapping/reader.ts';
import type { Raw } from './mapping/reader.ts';
import type { Machine } from './platformPaths.ts';

/** The directory of the docker CLI's configuration: `$DOCKER_CONFIG`, or `~/.docker`. */
export function configDirectory({ env, home }: Pick<Machine, 'env' | 'home'>): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker');
}

/**
 * Reads the docker CLI's config.json. One that does not exist, or is empty, is an empty object.
 * @throws EngineError `config` when it cannot be read or is not JSON; never quoting it, for it may hold passwords
 */
export async function readConfigFile(path: string): Promise<Raw> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return {};
    const { code } = error as NodeJS.ErrnoException;
    throw new EngineError(
      'config',
      `${path} cannot be read (${code ?? 'unknown error'}): see that you may read it.`,
    );
  }
  try {
    return record(JSON.parse(text.replace(/^\uFEFF/, '').trim() || '{}'));
  } catch {
    // Without the parser's words, which quote the file.
    throw new EngineError(
      'config',
      `${path} is not valid JSON: correct it, or run \`docker login\` again.`,
    );
  }
}
