import type Dockerode from 'dockerode';
import { abortable, reclaimedBy } from './calls.ts';
import type { Reclaimed } from './calls.ts';
import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { readFields } from './mapping/reader.ts';
import { pathText } from './path.ts';

/*
 * What can be done to a network. Every function takes the network's id or name, and rejects with an EngineError;
 * the store hears of the result by the engine's events.
 */

export interface NetworkSpec {
  readonly name: string;
  /** `bridge` when left out. */
  readonly driver?: string | undefined;
  /** CIDR; the engine chooses one when left out. */
  readonly subnet?: string | undefined;
  /** An address in the subnet. */
  readonly gateway?: string | undefined;
  /** Without a way out to other networks. */
  readonly internal?: boolean | undefined;
  /** Lets containers outside of a swarm's services join an overlay. */
  readonly attachable?: boolean | undefined;
  readonly ipv6?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Makes a network. Resolves with its id. A name that is taken is a 'conflict', as with the docker CLI. */
export async function createNetwork(
  client: Client,
  spec: NetworkSpec,
  signal?: AbortSignal,
): Promise<string> {
  const { name, driver = 'bridge', subnet, gateway, internal, attachable, ipv6, labels } = spec;
  if (gateway && !subnet)
    throw new EngineError('bad-request', 'A gateway needs the subnet that it is in.');
  const body = {
    Name: name,
    Driver: driver,
    // Asked for before API 1.44, where it became the only way.
    CheckDuplicate: true,
    Internal: internal ?? false,
    Attachable: attachable ?? false,
    EnableIPv6: ipv6 ?? false,
    Labels: labels ?? {},
    ...(subnet && {
      IPAM: {
        Driver: 'default',
        Config: [{ Subnet: subnet, ...(gateway && { Gateway: gateway }) }],
      },
    }),
  };
  const path = '/networks/create';
  const answer = await client.request({ method: 'POST', path, body, as: 'json', signal });
  const id = readFields(answer).text('Id');
  if (id) return id;
  throw new EngineError('not-an-engine', 'The engine did not tell the id of what it made.');
}

/** All that the engine knows of it, as it says it, the containers on it included. */
export async function inspectNetwork(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<Dockerode.NetworkInspectInfo> {
  const path = `/networks/${pathText(id)}`;
  return (await client.request({ path, as: 'json', signal })) as Dockerode.NetworkInspectInfo;
}

/** Puts a container on it, under further names when `aliases` are given. */
export async function connectNetwork(
  client: Client,
  id: string,
  container: string,
  options: { readonly aliases?: readonly string[] } = {},
  signal?: AbortSignal,
): Promise<void> {
  const { aliases = [] } = options;
  const body = {
    Container: container,
    ...(aliases.length && { EndpointConfig: { Aliases: aliases } }),
  };
  // The answer is nothing, or with Podman the text OK.
  const path = `/networks/${pathText(id)}/connect`;
  await client.request({ method: 'POST', path, body, as: 'bytes', signal });
}

/** Takes a container off it; `force` does so though the container is in a bad state. */
export async function disconnectNetwork(
  client: Client,
  id: string,
  container: string,
  options: { readonly force?: boolean } = {},
  signal?: AbortSignal,
): Promise<void> {
  const body = { Container: container, Force: options.force ?? false };
  const path = `/networks/${pathText(id)}/disconnect`;
  await client.request({ method: 'POST', path, body, as: 'bytes', signal });
}

/** Removes it. Containers on it make that a 'forbidden' or 'conflict', by the engine's version. */
export async function removeNetwork(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await client.docker.getNetwork(id).remove(abortable(signal));
}

/** Removes every network that no container is on, the engine's own excepted. For Docker a container is on none while it is stopped. */
export async function pruneNetworks(client: Client, signal?: AbortSignal): Promise<Reclaimed> {
  const path = '/networks/prune';
  const answer = await client.request({ method: 'POST', path, as: 'json', signal });
  return reclaimedBy(answer, 'NetworksDeleted');
}
