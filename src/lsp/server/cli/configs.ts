import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { FoundConfig } from '../lint/findHadolintConfig.ts';
import { findHadolintConfig, readHadolintConfig } from '../lint/findHadolintConfig.ts';
import { hadolintEnvironment, mergeHadolintConfig } from '../lint/hadolintEnvironment.ts';
import { lintConfig } from '../lint/levels.ts';
import type { LintConfig } from '../lint/lint.ts';
import type { Bar } from './arguments.ts';

/** What holds for one file. */
export interface FileConfig {
  readonly config: LintConfig;
  /** From which level on findings make the program fail. */
  readonly bar: Bar;
}

export interface Configs {
  /** What holds for the files of a folder. Throws an Error that says where a configuration is wrong. */
  of(folder: string): Promise<FileConfig>;
}

/**
 * The configuration of a run: the file given, else of each folder the one found there, and `HADOLINT_*` of the
 * environment over both. Throws an Error that says where the file given is wrong.
 */
export async function readConfigs(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Configs> {
  const environment = hadolintEnvironment(env);
  const homes = { env, home: homedir(), platform: process.platform };
  const use = (found: FoundConfig): FileConfig => {
    const [problem] = found.problems;
    // Going on without it would check by other rules than those that were asked for.
    if (problem)
      throw new Error(`${found.path}:${problem.line}:${problem.column}: ${problem.message}`);
    const config = mergeHadolintConfig(found.config, environment);
    const bar = config.noFail ? 'none' : (config.failureThreshold ?? 'info');
    return { config: lintConfig(config, {}), bar };
  };
  if (given !== undefined) {
    const one = use(await readHadolintConfig(given));
    return { of: () => Promise.resolve(one) };
  }
  const known = new Map<string, Promise<FileConfig>>();
  return {
    of(folder) {
      const path = resolve(folder);
      const config = known.get(path) ?? findHadolintConfig(path, homes).then(use);
      known.set(path, config);
      return config;
    },
  };
}
