import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { openContext } from '../context/openContext.ts';
import { lintContext } from '../lint/late.ts';
import type { Late } from '../lint/late.ts';
import type { LintConfig } from '../lint/lint.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import { RULES } from '../rules/all.ts';
import type { Options } from './arguments.ts';
import { reasonOf } from './find.ts';

/** Makes what finds late things in a file: nothing in standard input's build context unless one is given. */
export type LateOf = (
  file: string,
  config: LintConfig,
  onError: (what: string, error: unknown) => void,
) => (dockerfile: Dockerfile) => Promise<Late>;

/** Looks for the build context given. Throws an Error that says why it can't be used. */
export async function createLate({ context: given }: Options): Promise<LateOf> {
  if (given !== undefined) await checkFolder(given);
  return (file, config, onError) => async (dockerfile) => {
    const isInput = file === '-';
    const root = given ?? (isInput ? undefined : dirname(file));
    if (root === undefined) return new Map();
    const context = await openContext(resolve(root), isInput ? undefined : resolve(file));
    return lintContext(dockerfile, RULES, context, config, (rule, error) =>
      onError(rule.id, error),
    );
  };
}

async function checkFolder(path: string): Promise<void> {
  let isFolder;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`, { cause: error });
  }
  if (!isFolder) throw new Error(`${path}: is no folder`);
}
