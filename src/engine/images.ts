import type Dockerode from 'dockerode';
import { reclaimedBy } from './calls.ts';
import type { Reclaimed } from './calls.ts';
import type { Client } from './client.ts';
import { encodeAuth } from './credentials.ts';
import type { AuthConfig } from './credentials.ts';
import { EngineError } from './errors.ts';
import { isRaw, readFields } from './mapping/reader.ts';
import { filtersText, pathText } from './path.ts';
import { followTransfer, refineRegistryError } from './progress.ts';
import type { TransferProgress, TransferResult } from './progress.ts';
import { parseReference, withDefaultTag } from './reference.ts';

/*
 * What can be done to an image. Ids and references are both taken where `image` is asked for; every function rejects
 * with an EngineError, and the store hears of the result by the engine's events.
 */

export interface TransferOptions {
  /** Sent with this call and to no other registry; undefined pulls or pushes as nobody. */
  readonly auth?: AuthConfig | undefined;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/**
 * Pulls one image. A reference without tag and digest means `latest`, never all tags. When the signal fires the engine
 * stops downloading.
 * @param options.platform such as `linux/arm64`
 */
export async function pullImage(
  client: Client,
  reference: string,
  options: TransferOptions & { readonly platform?: string | undefined } = {},
  signal?: AbortSignal,
): Promise<TransferResult> {
  const { registry, repository, tag, digest } = withDefaultTag(parseReference(reference));
  const query = new URLSearchParams({
    fromImage: `${registry}/${repository}`,
    tag: digest ?? tag ?? 'latest',
  });
  if (options.platform) query.set('platform', options.platform);
  return transfer(client, `/images/create?${query.toString()}`, options, signal);
}

/** Pushes one tag of an image. When the signal fires the engine stops uploading. */
export async function pushImage(
  client: Client,
  reference: string,
  options: TransferOptions = {},
  signal?: AbortSignal,
): Promise<TransferResult> {
  const { registry, repository, tag, digest } = withDefaultTag(parseReference(reference));
  if (digest !== undefined)
    throw new EngineError(
      'bad-request',
      `"${reference}" has a digest: an image is pushed by a tag.`,
    );
  const query = new URLSearchParams({ tag: tag ?? 'latest' });
  const path = `/images/${pathText(`${registry}/${repository}`)}/push?${query.toString()}`;
  return transfer(client, path, options, signal);
}

async function transfer(
  client: Client,
  path: string,
  { auth, onProgress }: TransferOptions,
  signal: AbortSignal | undefined,
): Promise<TransferResult> {
  // A push needs the header even when it says nothing.
  const headers = { 'X-Registry-Auth': encodeAuth(auth ?? {}) };
  try {
    const stream = await client.request({ method: 'POST', path, headers, as: 'stream', signal });
    return await followTransfer(stream, onProgress);
  } catch (error) {
    throw refineRegistryError(error);
  }
}

/** Gives an image another name. A name that another image has moves over. */
export async function tagImage(
  client: Client,
  image: string,
  reference: string,
  signal?: AbortSignal,
): Promise<void> {
  const { registry, repository, tag, digest } = withDefaultTag(parseReference(reference));
  if (digest !== undefined)
    throw new EngineError('bad-request', `"${reference}" has a digest: a tag is a name.`);
  const query = new URLSearchParams({ repo: `${registry}/${repository}`, tag: tag ?? 'latest' });
  const path = `/images/${pathText(image)}/tag?${query.toString()}`;
  await client.request({ method: 'POST', path, as: 'bytes', signal });
}

export interface RemovedImage {
  readonly untagged: readonly string[];
  readonly deleted: readonly string[];
}

/**
 * Takes a name off an image, and removes it with its last name. Tells what went.
 * @param options.force removes it though stopped containers use it, or it has several names (by id)
 * @param options.noprune keeps parents that have no name of their own
 */
export async function removeImage(
  client: Client,
  image: string,
  options: { readonly force?: boolean; readonly noprune?: boolean } = {},
  signal?: AbortSignal,
): Promise<RemovedImage> {
  const { force = false, noprune = false } = options;
  const path = `/images/${pathText(image)}?force=${force}&noprune=${noprune}`;
  return removals(await client.request({ method: 'DELETE', path, as: 'json', signal }));
}

function removals(answer: unknown): RemovedImage {
  const entries: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const readers = entries.filter(isRaw).map((entry) => readFields(entry));
  return {
    untagged: readers.map((reader) => reader.text('Untagged')).filter(Boolean),
    deleted: readers.map((reader) => reader.text('Deleted')).filter(Boolean),
  };
}

/** All that the engine knows of it, as it says it. */
export async function inspectImage(
  client: Client,
  image: string,
  signal?: AbortSignal,
): Promise<Dockerode.ImageInspectInfo> {
  const path = `/images/${pathText(image)}/json`;
  return (await client.request({ path, as: 'json', signal })) as Dockerode.ImageInspectInfo;
}

/** What an image proposes for its containers: what a form to run it starts from. */
export interface ImageDefaults {
  readonly id: string;
  readonly ports: readonly {
    readonly container: number;
    readonly protocol: 'tcp' | 'udp' | 'sctp';
  }[];
  readonly env: readonly string[];
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  /** Paths that get an anonymous volume unless something is mounted there. */
  readonly volumes: readonly string[];
  readonly workdir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads what an image proposes: the ports it exposes, by number, and its settings. */
export async function imageDefaults(
  client: Client,
  image: string,
  signal?: AbortSignal,
): Promise<ImageDefaults> {
  const path = `/images/${pathText(image)}/json`;
  const answer = await client.request({ path, as: 'json', signal });
  const reader = readFields(answer);
  const config = reader.inside('Config');
  return {
    id: reader.text('Id'),
    ports: Object.keys(config.object('ExposedPorts') ?? {})
      .flatMap(exposedPort)
      .sort((a, b) => a.container - b.container || a.protocol.localeCompare(b.protocol)),
    env: config.strings('Env'),
    command: config.strings('Cmd'),
    entrypoint: config.strings('Entrypoint'),
    volumes: Object.keys(config.object('Volumes') ?? {}).sort(),
    workdir: config.text('WorkingDir'),
    user: config.text('User'),
    labels: config.labels('Labels'),
  };
}

/** Reads a key of `ExposedPorts`, such as `53/udp`; nothing for one that is no port. */
export function exposedPort(
  key: string,
): readonly { readonly container: number; readonly protocol: 'tcp' | 'udp' | 'sctp' }[] {
  const match = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(key);
  const container = Number(match?.[1]);
  if (!match || container < 1 || container > 65_535) return [];
  const protocol = match[2] === 'udp' || match[2] === 'sctp' ? match[2] : 'tcp';
  return [{ container, protocol }];
}

/** Removes images that no container uses: those without a name, or with `all` every one. */
export async function pruneImages(
  client: Client,
  options: { readonly all?: boolean } = {},
  signal?: AbortSignal,
): Promise<Reclaimed> {
  const filters = filtersText({ dangling: [String(!options.all)] });
  const path = `/images/prune?filters=${filters}`;
  const answer = await client.request({ method: 'POST', path, as: 'json', signal });
  const removed = removals(isRaw(answer) ? answer['ImagesDeleted'] : undefined);
  return {
    removed: [...removed.untagged, ...removed.deleted],
    bytes: reclaimedBy(answer, '').bytes,
  };
}
