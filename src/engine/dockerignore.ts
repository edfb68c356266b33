import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAbsent } from '../util/absent.ts';
import { parseDockerignore } from '../util/dockerignore.ts';
import { oneLine } from '../util/format.ts';
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
  const found = await readIgnoreFile(context, dockerfile);
  return ignoreRules(found?.text ?? '', found?.file);
}

/** The ignore file of a build with its text; undefined when there is none. Throws EngineError when it can't be read. */
export async function readIgnoreFile(
  context: string,
  dockerfile: string | undefined,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
  for (const file of [...own, join(context, '.dockerignore')]) {
    const text = await readIfThere(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw filesError(error, `${file} could not be read`);
  }
}

/**
 * Throws EngineError 'bad-request' where the ignore file of a build has a malformed pattern, which no builder gets on with:
 * Docker 28 crashes by one that two instructions ask about (moby/patternmatcher uses what it could not compile).
 */
export async function demandIgnorePatterns(context: string, dockerfile: string): Promise<void> {
  const found = await readIgnoreFile(context, dockerfile).catch(() => {
    // The build itself says what cannot be read.
    return undefined;
  });
  if (found) ignoreRules(found.text, found.file);
}

/** Makes rules of the text of a .dockerignore. Throws EngineError 'bad-request' for a malformed pattern. */
export function ignoreRules(text: string, file: string | undefined): IgnoreRules {
  const ignore = parseDockerignore(text);
  const bad = ignore.patterns.find(({ problem }) => problem !== undefined);
  if (bad) {
    const name = file === undefined ? '.dockerignore' : basename(file);
    const what = `"${oneLine(bad.text)}" on line ${bad.line + 1}: ${bad.problem}`;
    throw new EngineError('bad-request', `A pattern in ${name} is malformed, ${what}.`);
  }
  return {
    file,
    ignores: (path) => ignore.decideByPath(path).ignored,
    mayHoldExceptions: ignore.mayHoldExceptions,
  };
}
