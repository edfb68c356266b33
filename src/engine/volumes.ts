import type Dockerode from 'dockerode';
import { isAtLeast, reclaimedBy } from './calls.ts';
import type { Reclaimed } from './calls.ts';
import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { readFields } from './mapping/reader.ts';
import { filtersText, pathText } from './path.ts';

/*
 * What can be done to a volume. Every function takes the volume's name, and rejects with an EngineError; the store
 * hears of the result by the engine's events.
 */

export interface VolumeSpec {
  /** The engine makes one up when left out. */
  readonly name?: string | undefined;
  /** `local` when left out. */
  readonly driver?: string | undefined;
  readonly driverOptions?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Makes a volume, or finds the one of that name with the same driver. Resolves with its name. */
export async function createVolume(
  client: Client,
  spec: VolumeSpec,
  signal?: AbortSignal,
): Promise<string> {
  const body = {
    ...(spec.name && { Name: spec.name }),
    Driver: spec.driver ?? 'local',
    DriverOpts: spec.driverOptions ?? {},
    Labels: spec.labels ?? {},
  };
  const path = '/volumes/create';
  const answer = await client.request({ method: 'POST', path, body, as: 'json', signal });
  const name = readFields(answer).text('Name');
  if (name) return name;
  throw new EngineError('not-an-engine', 'The engine did not tell the name of what it made.');
}

/** All that the engine knows of it, as it says it. */
export async function inspectVolume(
  client: Client,
  name: string,
  signal?: AbortSignal,
): Promise<Dockerode.VolumeInspectInfo> {
  const path = `/volumes/${pathText(name)}`;
  return (await client.request({ path, as: 'json', signal })) as Dockerode.VolumeInspectInfo;
}

/** Removes it with what is in it. One that a container has is a 'conflict'; `force` goes on though its driver fails. */
export async function removeVolume(
  client: Client,
  name: string,
  options: { readonly force?: boolean } = {},
  signal?: AbortSignal,
): Promise<void> {
  const path = `/volumes/${pathText(name)}?force=${options.force ?? false}`;
  await client.request({ method: 'DELETE', path, as: 'bytes', signal });
}

/**
 * Removes the volumes that no container has: the anonymous ones, or with `all` those with a name too.
 * Before API 1.42 an engine always removes both, so without `all` only the ones that are anonymous by their name (64
 * hexadecimal digits) are removed there, one by one, and their bytes aren't known.
 */
export async function pruneVolumes(
  client: Client,
  options: { readonly all?: boolean } = {},
  signal?: AbortSignal,
): Promise<Reclaimed> {
  const knowsAll = isAtLeast(client.apiVersion, 42);
  if (!options.all && !knowsAll) return pruneAnonymous(client, signal);
  // Podman removes all of them too, and refuses the filter.
  const filters = options.all && knowsAll && !client.engine.podman ? { all: ['true'] } : {};
  const path = `/volumes/prune?filters=${filtersText(filters)}`;
  const answer = await client.request({ method: 'POST', path, as: 'json', signal });
  return reclaimedBy(answer, 'VolumesDeleted');
}

async function pruneAnonymous(client: Client, signal: AbortSignal | undefined): Promise<Reclaimed> {
  const path = `/volumes?filters=${filtersText({ dangling: ['true'] })}`;
  const answer = await client.request({ path, as: 'json', signal });
  const volumes = readFields(answer).objects('Volumes');
  const removed: string[] = [];
  for (const volume of volumes) {
    const name = readFields(volume).text('Name');
    if (!isAnonymous(name)) continue;
    try {
      await removeVolume(client, name, {}, signal);
      removed.push(name);
    } catch (error) {
      // In use or gone since it was listed: as little to be removed as one that never was in the list.
      if (!(error instanceof EngineError) || !/^(conflict|not-found)$/.test(error.reason))
        throw error;
    }
  }
  return { removed, bytes: 0 };
}

/** Whether a volume's name is one that an engine made up. */
export function isAnonymous(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
