import { readFile } from 'node:fs/promises';
import type { Disposable } from '../../util/emitter.ts';
import { buildImage } from '../build.ts';
import { isAddress } from '../buildkit/attrs.ts';
import { buildWithBuildkit, debugWithBuildkit } from '../buildkit/build.ts';
import type { DebugShell } from '../buildkit/debugShell.ts';
import type { BuildSurroundings, FilterMemory } from '../buildkit/build.ts';
import { createWalker } from '../buildkit/files/walker.ts';
import type { Walker } from '../buildkit/files/walker.ts';
import type { BuildOptions } from '../buildkit/request.ts';
import type { AuthOptions } from '../buildkit/services/auth.ts';
import { lacksBuildkit } from '../buildkit/lacking.ts';
import type { Client } from '../client.ts';
import type { AuthConfig, Credentials } from '../credentials.ts';
import type { CurrentEngine } from '../current.ts';
import { platformsOn } from '../defaultPlatform.ts';
import { EngineError } from '../errors.ts';
import { parseReference } from '../reference.ts';
import { createClassicReader } from './classic.ts';
import { classicSecrets, demandSecretMounts, takesSecrets } from './classicSecrets.ts';
import { NOTHING } from './model.ts';
import { demandResult } from './outputs.ts';
import { withProxies } from './proxyArgs.ts';
import { pushTags } from './push.ts';
import { secretValues } from './request.ts';
import { dropImageId, writeResultFiles } from './resultFiles.ts';
import type { ExporterResponse } from './resultFiles.ts';
import type { BuildHooks, BuildOnEngine } from './service.ts';

/** What builds need of the machine and of who is signed in. */
export interface EngineParts {
  readonly current: Pick<CurrentEngine, 'client'> & Partial<Pick<CurrentEngine, 'store'>>;
  readonly credentials: Credentials;
  readonly fetchToken: AuthOptions['fetchToken'];
  /** The program of the worker that lists files for builds. */
  readonly walkerThread: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home directory, where docker's configuration is. */
  readonly home: string;
  readonly report: (error: unknown) => void;
}

/** Opens a shell in what the failed step of a build has left behind; see openDebugShell. */
export type DebugOnEngine = (
  options: BuildOptions,
  hooks: Pick<BuildHooks, 'onStatus' | 'onSecret'>,
  size: { readonly columns: number; readonly rows: number },
  signal: AbortSignal,
) => Promise<DebugShell>;

/** What is secret of a build on the engine at hand, that of docker's configuration with it. Throws EngineError. */
export type SecretsOnEngine = (options: BuildOptions, signal?: AbortSignal) => Promise<string[]>;

/** Builds, with what can be done with a build that failed, or that the engine remembers. */
export type BuildWithDebug = BuildOnEngine &
  Disposable & { readonly debug: DebugOnEngine; readonly secretsOf: SecretsOnEngine };

/** Builds on the engine that the window works with: by BuildKit, and where the engine has none by its classic builder. */
export function createBuildOnEngine(parts: EngineParts): BuildWithDebug {
  const { current, credentials, fetchToken, walkerThread, env, home, report } = parts;
  const filters: FilterMemory = new Map();
  let walker: Walker | undefined;

  const surroundings = ({
    onStatus,
    onSilence,
    onSecret,
    allowance,
  }: Pick<BuildHooks, 'onStatus' | 'onSilence' | 'onSecret' | 'allowance'>): BuildSurroundings => {
    walker ??= createWalker({ thread: walkerThread });
    return {
      auth: { credential: credentials.getCredentials, fetchToken },
      env,
      walker,
      filters,
      allowance,
      onStatus,
      onSilence,
      onSecret,
      onProblem: report,
    };
  };

  const prepare = async (client: Client, options: BuildOptions): Promise<BuildOptions> => ({
    ...options,
    platforms: platformsOn(client.engine, options.platforms ?? [], env),
    buildArgs: await withProxies(options.buildArgs, client.endpoint.url, { env, home }),
  });

  const build: BuildOnEngine = async (asked, hooks, signal) => {
    demandResult(asked);
    const client = await current.client(signal);
    const options = await prepare(client, asked);
    for (const secret of await secretValues(options, env)) hooks.onSecret(Buffer.from(secret));
    await dropImageId(options);
    const classic = async () => {
      hooks.onBuilder('classic');
      const image = await byClassic(client, { credentials, env }, options, hooks, signal);
      return { image, response: {} };
    };
    const buildkit = async () => {
      try {
        const around = surroundings(hooks);
        return await buildWithBuildkit(client, hooks.ref, options, around, signal);
      } catch (error) {
        if (lacksBuildkit(error)) return classic();
        throw error;
      }
    };
    // Docker's builder of Windows containers is the classic one, whatever it answers.
    const built = await (client.engine.os === 'windows' ? classic() : buildkit());
    const { image } = built;
    // No event tells of an image that BuildKit made and nothing names; Docker 26 with containerd's store tells of none.
    if (image) await current.store?.refresh('image').catch(report);
    const digest = options.push
      ? await pushTags(client, options.tags, credentials, hooks.onStatus, signal)
      : undefined;
    const response = digest ? pushedAs(digest, built.response) : built.response;
    await writeResultFiles(options, { image, response }, hooks.ref);
    return image;
  };
  const debug: DebugOnEngine = async (asked, hooks, size, signal) => {
    const client = await current.client(signal);
    const options = await prepare(client, asked);
    return debugWithBuildkit(client, options, surroundings(hooks), size, signal);
  };
  const secretsOf: SecretsOnEngine = async (asked, signal) =>
    secretValues(await prepare(await current.client(signal), asked), env);
  return Object.assign(build, { debug, secretsOf, dispose: () => walker?.close() });
}

/** As buildx has it, what was pushed is told of by the registry's digest. */
const pushedAs = (digest: string, response: ExporterResponse): ExporterResponse => {
  const { 'containerimage.digest': id } = response;
  return {
    // Old engines tell of one alone, which is the configuration's.
    ...(id && { 'containerimage.config.digest': id }),
    ...response,
    'containerimage.digest': digest,
  };
};

async function byClassic(
  client: Client,
  { credentials, env }: Pick<EngineParts, 'credentials' | 'env'>,
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
