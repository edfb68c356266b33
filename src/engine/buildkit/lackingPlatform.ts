import { BuildError } from './failure.ts';
import type { BuildOptions } from './request.ts';

/** Why an image could not be had, where that it is for another platform may be why the engine has to ask for it. */
export function lackingPlatform(
  { platforms = [] }: Pick<BuildOptions, 'platforms'>,
  error: unknown,
): BuildError | undefined {
  if (!(error instanceof BuildError) || platforms.length === 0) return undefined;
  const [, begin, rest] =
    /^(The engine could not ask for the image \S+)(: [^]*)$/.exec(error.message) ?? [];
  if (begin === undefined) return undefined;
  const message = `${begin} for ${platforms.join(' and ')}${rest}`;
  return new BuildError({ ...error.failure, message }, error.reason, error.cause);
}
