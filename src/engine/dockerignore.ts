import { readFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { EngineError } from './errors.ts';
import { filesError } from './files.ts';

/** What of a build context is left out. Paths are relative to it, with `/` between their parts. */
export interface IgnoreRules {
  /** The file that they come from, undefined when there is none. */
  readonly file: string | undefined;
  ignores(path: string): boolean;
  /** Whether a directory that is left out has to be looked through all the same, for an exception may hold inside. */
  mayHoldExceptions(directory: string): boolean;
}

/**
 * Reads the rules for a build: `<Dockerfile>.dockerignore` beside the Dockerfile when it exists, otherwise the
 * `.dockerignore` of the context. Throws EngineError when a file can't be read or a pattern in it is malformed.
 */
export async function readIgnoreRules(
  context: string,
  dockerfile: string | undefined,
): Promise<IgnoreRules> {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
  for (const file of [...own, join(context, '.dockerignore')]) {
    const text = await readIfThere(file);
    if (text !== undefined) return ignoreRules(text, file);
  }
  return ignoreRules('', undefined);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw filesError(error, `${file} could not be read`);
  }
}

/** Makes rules of the text of a .dockerignore. Throws EngineError 'bad-request' for a malformed pattern. */
export function ignoreRules(text: string, file: string | undefined): IgnoreRules {
  // A byte order mark would become part of the first pattern.
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() && !line.startsWith('#'))
    .map(escapeLiterals);
  const matcher = dockerignore({ ignorecase: false }).add(patterns);
  // Its cache is a plain object, on which a file named `constructor` would count as looked up already.
  Reflect.set(matcher, '_cache', Object.create(null));
  const exceptions = patterns
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'))
    .map((line) =>
      line
        .slice(1)
        .trim()
        .replace(/^\.?\//, ''),
    );
  return {
    file,
    ignores(path) {
      try {
        return matcher.ignores(path.split('/').join(sep));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const name = file === undefined ? '.dockerignore' : basename(file);
        throw new EngineError(
          'bad-request',
          `A pattern in ${name} is malformed: ${error.message}.`,
          {
            cause: error,
          },
        );
      }
    },
    mayHoldExceptions: (directory) =>
      exceptions.some((pattern) => {
        const fixed = pattern.split(/[*?[\\]/, 1)[0] ?? '';
        return (
          `${pattern}/`.startsWith(`${directory}/`) ||
          (fixed !== pattern && `${directory}/`.startsWith(fixed)) ||
          (fixed !== pattern && fixed.startsWith(`${directory}/`))
        );
      }),
  };
}

/** Characters that mean something to a regular expression and nothing in a .dockerignore. On Windows a backslash can't escape them. */
function escapeLiterals(pattern: string): string {
  return sep === '\\' ? pattern : pattern.replaceAll(/(?<!\\)[+(){}|^](?![^[]*\])/g, '\\$&');
}
