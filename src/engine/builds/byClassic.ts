import { readFile } from 'node:fs/promises';
import { buildImage } from '../build.ts';
import { isAddress } from '../buildkit/attrs.ts';
import type { BuildOptions } from '../buildkit/request.ts';
import type { Client } from '../client.ts';
import type { AuthConfig, Credentials } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import { parseReference } from '../reference.ts';
import { createClassicReader } from './classic.ts';
import { classicSecrets, demandSecretMounts, takesSecrets } from './classicSecrets.ts';
import { NOTHING } from './model.ts';
import type { BuildOnEngine } from './service.ts';

/**
 * Builds by an engine's classic builder, and resolves with the image's id. What that builder hasn't is refused before anything
 * is sent. @throws EngineError
 */
export async function byClassic(
  client: Client,
  {
    credentials,
    env,
  }: {
    readonly credentials: Credentials;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
  ...[options, { onStatus, onSecret, allowance }, signal]: Parameters<BuildOnEngine>
): Promise<string> {
  demandClassic(client.engine, options);
  const secrets = await classicSecrets(options.secrets ?? [], env, (message) =>
    onStatus({ ...NOTHING, warnings: [{ message, detail: [] }] }),
  );
  for (const { value } of secrets) onSecret(value);
  const text = await textOf(options);
  demandSecretMounts(client.engine, text);
  const reader = createClassicReader(text);
  return buildImage(
    client,
    {
      context: options.context,
      dockerfile: options.dockerfile,
      dockerfileText: options.dockerfileText,
      allowance,
      tags: options.tags,
      buildArgs: options.buildArgs,
      labels: options.labels,
      target: options.target,
      platform: options.platforms?.[0],
      cacheFrom: options.cacheFrom?.flatMap(({ attrs: { ref } }) => ref ?? []),
      network: options.network,
      addHosts: options.addHosts,
      shmSize: options.shmSize,
      ulimits: options.ulimits,
      cgroupParent: options.cgroupParent,
      secrets,
      noCache: options.noCache ?? false,
      pull: options.pull ?? false,
      auths: await baseCredentials(credentials, text, signal),
      onEvent: (event) => onStatus(reader.read(event)),
    },
    signal,
  );
}

/** @throws EngineError `not-supported` for what the classic builder cannot do */
function demandClassic(engine: Client['engine'], options: BuildOptions): void {
  const { secrets, ssh, contexts, cacheFrom, cacheTo, outputs, platforms, addHosts } = options;
  const { noCacheFilter, annotations, attestations, allow, metadataFile } = options;
  // Podman would take the word for the address.
  const isGateway =
    engine.podman !== undefined && addHosts?.some((host) => /[:=]host-gateway$/.test(host));
  const asked: readonly [boolean, string][] = [
    [isAddress(options.context), 'contexts but folders'],
    [(secrets?.length ?? 0) > 0 && !takesSecrets(engine), 'secrets'],
    [Object.keys(ssh ?? {}).length > 0, 'ssh mounts'],
    [Object.keys(contexts ?? {}).length > 0, 'named contexts'],
    [cacheFrom?.some(({ type }) => type !== 'registry') ?? false, 'cache imports but of images'],
    [(cacheTo?.length ?? 0) > 0, 'cache exports'],
    [outputs?.some(({ type }) => type !== 'image') ?? false, 'other outputs than images'],
    [outputs?.some((output) => 'attrs' in output) ?? false, 'attributes of outputs'],
    [(allow?.length ?? 0) > 0, 'entitlements'],
    [(annotations?.length ?? 0) > 0, 'annotations'],
    [(attestations?.length ?? 0) > 0, 'attestations'],
    [isGateway ?? false, 'host-gateway'],
    [(platforms?.length ?? 0) > 1, 'several platforms'],
    [(noCacheFilter?.length ?? 0) > 0, 'stages without cache'],
    [metadataFile !== undefined, 'metadata of what it has built'],
  ];
  const lacking = asked.filter(([is]) => is).map(([, what]) => what);
  if (lacking.length > 0)
    throw new EngineError(
      'not-supported',
      `This engine builds without BuildKit, by a builder that has no ${lacking.join(', ')}: leave that out, or choose an engine with BuildKit.`,
    );
}

/**
 * Credentials for the registries of the base images. Where a name depends on an argument, those of every registry
 * signed in to, as the docker command does.
 */
async function baseCredentials(
  credentials: Credentials,
  text: string,
  signal: AbortSignal,
): Promise<Record<string, AuthConfig>> {
  const bases = [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, name = '']) => name);
  const hosts = bases.some((name) => name.includes('$'))
    ? await credentials.knownHosts(signal)
    : bases.flatMap((name) => {
        try {
          return [parseReference(name).registry];
        } catch {
          // A name that is none is the build's to complain of.
          return [];
        }
      });
  return credentials.registryConfigFor([...new Set(hosts)], signal);
}

/** Empty for a Dockerfile that cannot be read: the build says so. */
const textOf = async ({ dockerfile, dockerfileText }: BuildOptions) =>
  dockerfileText ?? readFile(dockerfile, 'utf8').catch(() => '');
