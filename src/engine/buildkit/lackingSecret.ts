import { BuildError } from '../builds/buildError.ts';
import type { BuildOptions } from './request.ts';

/** Why a step did without a secret that it needs: the builder only says that there is none. */
export function lackingSecret(
  { secrets = [] }: Pick<BuildOptions, 'secrets'>,
  error: unknown,
): BuildError | undefined {
  if (!(error instanceof BuildError)) return undefined;
  const [, id] = /\bsecret (\S+)(?: not found)?: not found$/.exec(error.detail ?? '') ?? [];
  if (id === undefined) return undefined;
  const given = secrets.find((secret) => secret.id === id);
  const why =
    given && 'env' in given
      ? `whose variable ${given.env} is not set`
      : `which the build was not given: add id=${id},src=… or id=${id},env=… to its secrets`;
  const message = `A step needs the secret ${id}, ${why}.`;
  return new BuildError({ ...error.failure, message }, error.reason, error);
}
