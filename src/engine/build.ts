import { randomBytes } from 'node:crypto';
import { openBuildContext } from './buildContext.ts';
import type { ContextOptions } from './buildContext.ts';
import { createBuildReader } from './buildEvents.ts';
import type { BuildEvent } from './buildEvents.ts';
import type { Client } from './client.ts';
import { encodeAuth } from './credentials.ts';
import type { AuthConfig } from './credentials.ts';
import { EngineError } from './errors.ts';
import { progressLines, refineRegistryError } from './progress.ts';

/** What RUN --mount=type=secret gets. */
export interface ClassicSecret {
  /** Without commas. */
  readonly id: string;
  readonly value: Buffer;
}

export interface BuildOptions extends Omit<ContextOptions, 'onProgress' | 'added'> {
  /** References for the image; none leaves it without a name. */
  readonly tags?: readonly string[] | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** The stage to stop at. */
  readonly target?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly platform?: string | undefined;
  readonly noCache?: boolean;
  /** Asks the registries for newer base images. */
  readonly pull?: boolean;
  /** Images whose layers serve as cache, instead of the engine's own. */
  readonly cacheFrom?: readonly string[] | undefined;
  /** `none`, `host` or `default`. */
  readonly network?: string | undefined;
  /** `name:address` or `name=address` each. */
  readonly addHosts?: readonly string[] | undefined;
  /** Bytes of /dev/shm of what RUN runs. */
  readonly shmSize?: number | undefined;
  /** `name=soft:hard` each. */
  readonly ulimits?: readonly string[] | undefined;
  /** The control group that what RUN runs is below. */
  readonly cgroupParent?: string | undefined;
  /** For engines that take them out of the context again; see takesSecrets. */
  readonly secrets?: readonly ClassicSecret[] | undefined;
  /** By registry host, for the base images; each is sent to its own host only. */
  readonly auths?: Readonly<Record<string, AuthConfig>> | undefined;
  readonly onEvent?: (event: BuildEvent) => void;
}

/**
 * Builds an image with the engine's classic builder (`POST /build`, API 1.40, `version=1`). Resolves with the image's
 * id. When the signal fires the engine kills the running step.
 * Throws EngineError: of a failed step with the step and the engine's words, of the context naming the file.
 */
export async function buildImage(
  client: Client,
  options: BuildOptions,
  signal?: AbortSignal,
): Promise<string> {
  const { onEvent = () => {}, secrets = [] } = options;
  const hidden = secrets.map((secret) => ({
    ...secret,
    name: `.secret.${randomBytes(10).toString('hex')}`,
  }));
  const context = await openBuildContext({
    ...options,
    added: new Map(hidden.map(({ name, value }) => [name, value])),
    onProgress: (sent) => onEvent({ type: 'context', ...sent }),
  });
  const reader = createBuildReader(onEvent);
  try {
    const stream = await client.request({
      method: 'POST',
      path: `/build?${query(client, options, context.dockerfile, hidden)}`,
      headers: {
        'Content-Type': 'application/x-tar',
        ...(options.auths && { 'X-Registry-Config': encodeAuth({ ...options.auths }) }),
      },
      body: context.tar,
      as: 'stream',
      signal,
    });
    for await (const line of progressLines(stream)) reader.read(line);
  } catch (error) {
    throw refusedLink(context.leadsOut(), error) ?? refineRegistryError(reader.failed(error));
  } finally {
    context.tar.destroy();
  }
  const id = reader.imageId();
  if (id !== undefined) return id;
  throw new EngineError('not-an-engine', 'The build ended without an image.');
}

/** Podman refuses a context with a link that leads out of it by a status, and no word. */
function refusedLink(link: string | undefined, error: unknown): EngineError | undefined {
  if (link === undefined || !(error instanceof EngineError)) return undefined;
  if (error.status !== 500 || !error.wordless) return undefined;
  return new EngineError(
    'bad-request',
    `“${link}” leads out of the build context, and this engine takes no such link: leave it out by .dockerignore.`,
    { cause: error },
  );
}

function query(
  { engine }: Pick<Client, 'engine'>,
  options: BuildOptions,
  dockerfile: string,
  secrets: readonly { readonly id: string; readonly name: string }[],
): string {
  const query = new URLSearchParams({ version: '1', dockerfile, rm: '1', forcerm: '1' });
  for (const tag of options.tags ?? []) query.append('t', tag);
  if (options.buildArgs) query.set('buildargs', JSON.stringify(options.buildArgs));
  if (options.labels) query.set('labels', JSON.stringify(options.labels));
  if (options.target) query.set('target', options.target);
  if (options.platform) query.set('platform', options.platform);
  if (options.cacheFrom?.length) query.set('cachefrom', JSON.stringify(options.cacheFrom));
  if (options.network && options.network !== 'default') query.set('networkmode', options.network);
  if (options.shmSize) query.set('shmsize', String(options.shmSize));
  if (options.cgroupParent) query.set('cgroupparent', options.cgroupParent);
  const { ulimits = [], addHosts = [] } = options;
  const hosts = addHosts.map((host) => host.replace('=', ':'));
  // Podman reads both as lists of texts in JSON.
  const isPodman = engine.podman !== undefined;
  if (ulimits.length > 0)
    query.set('ulimits', JSON.stringify(isPodman ? ulimits : ulimits.map(toUlimit)));
  if (isPodman && hosts.length > 0) query.set('extrahosts', JSON.stringify(hosts));
  else for (const host of hosts) query.append('extrahosts', host);
  if (secrets.length > 0)
    query.set('secrets', JSON.stringify(secrets.map(({ id, name }) => `id=${id},src=${name}`)));
  if (options.noCache) query.set('nocache', '1');
  if (options.pull) query.set('pull', '1');
  return query.toString();
}

/** As the API has it (Engine API, `Ulimits`). */
function toUlimit(text: string) {
  const [name = '', soft, hard = soft] = text.split(/[=:]/);
  return { Name: name, Soft: Number(soft), Hard: Number(hard) };
}
