import { homedir } from 'node:os';
import type { FoundConfig } from './findHadolintConfig.ts';
import { findHadolintConfig } from './findHadolintConfig.ts';
import { hadolintEnvironment, mergeHadolintConfig } from './hadolintEnvironment.ts';

export interface Configs {
  /** hadolint's configuration for the Dockerfiles of a folder (absolute), the environment's included. Never rejects. */
  of(folder: string): Promise<FoundConfig>;
  /** Forgets all: files have changed. */
  clear(): void;
}

/** Finds hadolint's configurations, each once. */
export function createConfigs(env: Readonly<Record<string, string | undefined>>): Configs {
  const known = new Map<string, Promise<FoundConfig>>();
  const homes = { env, home: homedir(), platform: process.platform };
  return {
    of(folder) {
      const config =
        known.get(folder) ??
        findHadolintConfig(folder, homes).then((found) => withEnvironment(found, env));
      known.set(folder, config);
      return config;
    },
    clear: () => known.clear(),
  };
}

/** A configuration with `HADOLINT_*` of the environment over it. */
export function withEnvironment(
  found: FoundConfig,
  env: Readonly<Record<string, string | undefined>>,
): FoundConfig {
  return { ...found, config: mergeHadolintConfig(found.config, hadolintEnvironment(env)) };
}
