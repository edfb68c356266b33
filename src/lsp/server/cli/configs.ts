import { resolve } from 'node:path';
import { reasonOf } from '../../../util/reasonOf.ts';
import { createConfigs, withEnvironment } from '../lint/configs.ts';
import type { FoundConfig } from '../lint/findHadolintConfig.ts';
import { readHadolintConfig } from '../lint/findHadolintConfig.ts';
import { lintConfig } from '../lint/levels.ts';
import type { LintConfig } from '../lint/lint.ts';
import type { Bar } from './arguments.ts';

/** What holds for one file. */
export interface FileConfig {
  readonly config: LintConfig;
  /** From which level on findings make the program fail. */
  readonly bar: Bar;
}

/** What holds for the files of a folder. Throws an Error that says where a configuration is wrong. */
export type ConfigOf = (folder: string) => Promise<FileConfig>;

/**
 * The configuration of a run: the file given, else of each folder the one found there, and `HADOLINT_*` of the
 * environment over both. Throws an Error that says where the file given is wrong.
 * @param onPassedOver told once of each thing in a configuration that counts for nothing, as it does for hadolint
 */
export async function readConfigs(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  onPassedOver: (text: string) => void,
): Promise<ConfigOf> {
  const told = new Set<string>();
  const use = ({ path, config, problems }: FoundConfig): FileConfig => {
    for (const { line, column, message, passedOver } of problems) {
      const text = `${path}:${line}:${column}: ${message}`;
      // Going on without it would check by other rules than those that were asked for.
      if (!passedOver) throw new Error(text);
      if (!told.has(text)) onPassedOver(text);
      told.add(text);
    }
    const bar = config.noFail ? 'none' : (config.failureThreshold ?? 'info');
    return { config: lintConfig(config, {}), bar };
  };
  if (given !== undefined) {
    const one = use(withEnvironment(await readGiven(given), env));
    return () => Promise.resolve(one);
  }
  const configs = createConfigs(env);
  return async (folder) => use(await configs.of(resolve(folder)));
}

async function readGiven(path: string): Promise<FoundConfig> {
  try {
    return { path, ...(await readHadolintConfig(path)) };
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}
