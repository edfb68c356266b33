import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf } from '../../../util/reasonOf.ts';
import { openContext } from '../context/openContext.ts';
import { lintContext } from '../lint/late.ts';
import type { Late } from '../lint/late.ts';
import type { LintConfig } from '../lint/lint.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import { RULES } from '../rules/all.ts';
import type { Rule } from '../rules/rule.ts';
import { createShellcheck } from '../shellcheck/shellcheck.ts';
import type { Options } from './arguments.ts';

/** Makes what finds late things in a file; `onLeftOut` is told how many RUNs weren't given to ShellCheck. */
export type LateOf = (
  file: string,
  config: LintConfig,
  onError: (what: string, error: unknown) => void,
  onLeftOut: (runs: number) => void,
) => (dockerfile: Dockerfile) => Promise<Late>;

/**
 * Looks for the build context and the program given. Throws an Error that says why they can't be used. Standard input
 * has no build context unless one is given.
 */
export async function createLate({ context: given, shellcheck }: Options): Promise<LateOf> {
  if (given !== undefined) await checkFolder(given);
  if (shellcheck?.named) await checkProgram(shellcheck.program);
  const programs = shellcheck && createShellcheck(shellcheck.program);
  return (file, config, onError, onLeftOut) => async (dockerfile) => {
    const isInput = file === '-';
    const root = given ?? (isInput ? undefined : dirname(file));
    const inContext = async () => {
      if (root === undefined) return [];
      const report = (rule: Rule, error: unknown) => onError(`rule ${rule.id}`, error);
      try {
        const context = await openContext(resolve(root), isInput ? undefined : resolve(file));
        return await lintContext(dockerfile, RULES, context, config, report);
      } catch (error) {
        onError('reading the build context', error);
        return [];
      }
    };
    const inShell = async () => {
      try {
        return (await programs?.check(dockerfile, undefined, onLeftOut)) ?? [];
      } catch (error) {
        onError('ShellCheck', error);
        return [];
      }
    };
    return new Map([...(await inContext()), ...(await inShell())]);
  };
}

async function checkProgram(program: string): Promise<void> {
  const { execFile } = await import('node:child_process');
  try {
    await promisify(execFile)(program, ['--version']);
  } catch (error) {
    throw new Error(`${program}: ${reasonOf(error)}`, { cause: error });
  }
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
