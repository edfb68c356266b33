import { signInsIn, withoutSignIns } from '../../util/signIns.ts';
import { listNames } from '../../util/format.ts';
import type { BuildOptions, BuildOutput } from '../buildkit/request.ts';
import { EngineError } from '../errors.ts';
import type { BuildRequest } from './model.ts';

/** What may be kept and shown of a build's options: of arguments and secrets their names. */
export function requestOf(options: BuildOptions): BuildRequest {
  const { dockerfile, context, target, tags, buildArgs, platforms, secrets, noCache } = options;
  return {
    dockerfile,
    context: withoutSignIns(context),
    ...(target === undefined || target === '' ? {} : { target }),
    tags,
    buildArgs: Object.keys(buildArgs ?? {}),
    platforms: platforms ?? [],
    secrets: (secrets ?? []).map(({ id }) => id),
    ...(noCache === true ? { noCache } : {}),
  };
}

/**
 * The values that a build's secrets have now, and what is secret of its addresses (proxies and git are often given a password,
 * or a token, in theirs), so that they can be kept out of what is shown from its beginning. Those that lack are the build's to
 * complain of.
 * @param onLacking told the id of each that cannot be read
 */
export async function secretValues(
  { context, contexts = {}, buildArgs = {}, secrets = [] }: BuildOptions,
  env: Readonly<Record<string, string | undefined>>,
  onLacking: (id: string) => void = () => {},
): Promise<string[]> {
  const addresses = [context, ...Object.values(contexts), ...Object.values(buildArgs)];
  const inAddresses = addresses.flatMap(signInsIn);
  if (secrets.length === 0) return inAddresses;
  const { readSecret } = await import('../buildkit/services/secrets.ts');
  const values = await Promise.all(
    secrets.map(async (source) => {
      try {
        return (await readSecret(source, env)).toString('utf8');
      } catch {
        // The builder asks for it when a step needs it, and says what is wrong.
        onLacking(source.id);
        return undefined;
      }
    }),
  );
  return [...inAddresses, ...values.filter((value) => value !== undefined)];
}

/** Why what steps have written is not shown: these secrets would have to be taken out of it. */
export const lacksSecrets = (ids: readonly string[]): EngineError =>
  new EngineError(
    'not-found',
    `What the steps have written may hold secrets that cannot be read any more, to be taken out of it: ${listNames(ids)}.`,
  );

/** A build's options as they were kept, by a version too that knew one output of a build only. */
export function keptOptions(
  kept: (BuildOptions & { readonly output?: BuildOutput }) | undefined,
): BuildOptions | undefined {
  if (!kept?.output) return kept;
  const { output, ...options } = kept;
  return { ...options, outputs: [output] };
}
