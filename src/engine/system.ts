import type { Client } from './client.ts';
import { pruneContainers } from './containers.ts';
import { reclaimedBy } from './calls.ts';
import type { Reclaimed } from './calls.ts';
import { EngineError } from './errors.ts';
import { pruneImages } from './images.ts';
import { isRaw, readFields } from './mapping/reader.ts';
import type { Raw, Reader } from './mapping/reader.ts';
import { pruneNetworks } from './networks.ts';
import { pruneVolumes } from './volumes.ts';

/** All that the engine says of itself (`GET /info`). Throws EngineError. */
export async function systemInfo(client: Client, signal?: AbortSignal): Promise<Raw> {
  return object(await client.request({ path: '/info', as: 'json', signal }));
}

/** Versions of the engine and its parts (`GET /version`). Throws EngineError. */
export async function systemVersion(client: Client, signal?: AbortSignal): Promise<Raw> {
  const path = '/version';
  return object(await client.request({ path, as: 'json', unversioned: true, signal }));
}

export interface Usage {
  /** How many there are, and how many of them are in use. */
  readonly count: number;
  readonly active: number;
  /** Bytes, and how many of them a prune of everything unused would give back. */
  readonly size: number;
  readonly reclaimable: number;
}

export interface DiskUsage {
  readonly images: Usage;
  readonly containers: Usage;
  readonly volumes: Usage;
  readonly buildCache: Usage;
}

/** What the engine's objects take on its disk (`GET /system/df`, API 1.40). May take the engine many seconds. Throws EngineError. */
export async function diskUsage(client: Client, signal?: AbortSignal): Promise<DiskUsage> {
  return summarize(object(await client.request({ path: '/system/df', as: 'json', signal })));
}

/** Adds up the answer of `/system/df` as `docker system df` does. Sizes that the engine doesn't know (-1) count as nothing. */
export function summarize(answer: Raw): DiskUsage {
  const reader = readFields(answer);
  const entries = (field: string) => reader.objects(field).map((entry) => readFields(entry));
  const bytes = (entry: Reader, field: string) => Math.max(0, entry.number(field) ?? 0);

  const images = entries('Images');
  const own = (image: Reader) => bytes(image, 'Size') - bytes(image, 'SharedSize');
  const usedImages = images.filter((image) => (image.number('Containers') ?? 0) > 0);
  // Layers are shared: what the images take together is told apart from them, and what is in use counts once.
  // Podman leaves their sum at nought.
  const layers =
    reader.number('LayersSize') || images.reduce((sum, image) => sum + bytes(image, 'Size'), 0);
  const usedBytes = usedImages.reduce((sum, image) => sum + own(image), 0);

  const usage = (
    items: readonly Reader[],
    size: (item: Reader) => number,
    used: (item: Reader) => boolean,
    // Shared parts belong to another entry.
    counts: (item: Reader) => boolean = () => true,
  ): Usage => {
    const sum = (some: readonly Reader[]) =>
      some.filter(counts).reduce((total, item) => total + size(item), 0);
    return {
      count: items.length,
      active: items.filter(used).length,
      size: sum(items),
      reclaimable: sum(items.filter((item) => !used(item))),
    };
  };
  const volumeUse = (volume: Reader) => volume.inside('UsageData');
  return {
    images: {
      count: images.length,
      active: usedImages.length,
      size: layers,
      reclaimable: Math.max(0, layers - usedBytes),
    },
    containers: usage(
      entries('Containers'),
      (container) => bytes(container, 'SizeRw'),
      (container) => /^(running|paused|restarting)$/.test(container.text('State')),
    ),
    volumes: usage(
      entries('Volumes'),
      (volume) => bytes(volumeUse(volume), 'Size'),
      (volume) => (volumeUse(volume).number('RefCount') ?? 0) > 0,
    ),
    buildCache: usage(
      entries('BuildCache'),
      (record) => bytes(record, 'Size'),
      (record) => record.flag('InUse'),
      (record) => !record.flag('Shared'),
    ),
  };
}

/**
 * Removes build cache that nothing uses; with `all` also what images on this engine still share.
 * Throws EngineError, 'not-supported' for Podman, which keeps none apart from its images.
 */
export async function pruneBuildCache(
  client: Client,
  options: { readonly all?: boolean } = {},
  signal?: AbortSignal,
): Promise<Reclaimed> {
  const path = `/build/prune?all=${options.all ?? false}`;
  const answer = await client.request({ method: 'POST', path, as: 'json', signal });
  return reclaimedBy(answer, 'CachesDeleted');
}

/** What of everything unused is to go. */
export interface PruneSpec {
  readonly containers?: boolean;
  readonly networks?: boolean;
  /** The anonymous ones, or all that no container has. */
  readonly volumes?: 'anonymous' | 'all' | undefined;
  /** Those without a name, or all that no container has. */
  readonly images?: 'dangling' | 'all' | undefined;
  readonly buildCache?: boolean;
}

export type PruneResult = { readonly [K in keyof PruneSpec]?: Reclaimed };

/**
 * Prunes kind after kind, containers first, for what they used is unused then. Resolves with what each gave back; kinds
 * that weren't asked for, or that the engine doesn't have, are left out. Throws the EngineError of the first that fails.
 */
export async function pruneSystem(
  client: Client,
  spec: PruneSpec,
  signal?: AbortSignal,
): Promise<PruneResult> {
  const result: { -readonly [K in keyof PruneResult]: PruneResult[K] } = {};
  if (spec.containers) result.containers = await pruneContainers(client, signal);
  if (spec.networks) result.networks = await pruneNetworks(client, signal);
  if (spec.volumes)
    result.volumes = await pruneVolumes(client, { all: spec.volumes === 'all' }, signal);
  if (spec.images)
    result.images = await pruneImages(client, { all: spec.images === 'all' }, signal);
  if (spec.buildCache) {
    try {
      result.buildCache = await pruneBuildCache(client, {}, signal);
    } catch (error) {
      // Podman has no such call, and nothing that it could remove.
      if (!(error instanceof EngineError) || error.reason !== 'not-supported') throw error;
    }
  }
  return result;
}

function object(answer: unknown): Raw {
  if (isRaw(answer)) return answer;
  throw new EngineError('not-an-engine', 'The engine answered with something else than asked.');
}
