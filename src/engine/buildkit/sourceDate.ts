import type { BuildOptions } from './request.ts';

const NAME = 'SOURCE_DATE_EPOCH';

/**
 * The build with the time that its image is to have: as buildx does, that of the client's environment where the build
 * gives none (moby/buildkit, docs/build-repro.md). Engines before Docker 24 pay no heed to it.
 */
export function withSourceDate(
  options: BuildOptions,
  env: Readonly<Record<string, string | undefined>>,
): BuildOptions {
  const { [NAME]: seconds } = env;
  if (!seconds) return options;
  return { ...options, buildArgs: { [NAME]: seconds, ...options.buildArgs } };
}
