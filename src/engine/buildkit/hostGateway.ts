import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { Control } from './control.ts';
import { withBuilder } from './session.ts';

/** By this name the builder tells the address (moby, builder/builder-next/worker/label). */
const LABEL = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';
const WORD = /([:=])host-gateway$/;

/**
 * Puts the address by which containers reach their host in the place of the word `host-gateway`, which the frontend does
 * not know: clients are to do so. Engines before Docker 24 don't tell it to clients; there it is the gateway of the
 * default network.
 * @param hosts `name:address` or `name=address` each
 * @throws EngineError of the connection; `not-supported` where no such address is known
 */
export async function withHostGateway(
  client: Pick<Client, 'request'>,
  hosts: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (!hosts.some((host) => WORD.test(host))) return hosts;
  const address = (await toldByBuilder(client, signal)) ?? (await ofNetwork(client, signal));
  if (address) return hosts.map((host) => host.replace(WORD, (_, sign: string) => sign + address));
  throw new EngineError(
    'not-supported',
    'This engine has no default network, so that host-gateway stands for no address: name the host’s own.',
  );
}

function toldByBuilder(
  client: Pick<Client, 'request'>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  return withBuilder(client, signal, async (builder) => {
    const { record } = await builder.call(Control.ListWorkers, {}, { signal });
    // Several addresses, one of each kind, are told in one.
    return record.map(({ labels }) => labels[LABEL]?.split(',')[0]).find(Boolean);
  });
}

async function ofNetwork(
  client: Pick<Client, 'request'>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const asked = client.request({ path: '/networks/bridge', as: 'json', signal });
  const network = (await asked.catch((error: unknown) => {
    // It may be turned off.
    if (error instanceof EngineError && error.reason === 'not-found') return undefined;
    throw error;
  })) as
    | { readonly IPAM?: { readonly Config?: readonly { readonly Gateway?: string }[] | null } }
    | undefined;
  return network?.IPAM?.Config?.map(({ Gateway }) => Gateway).find(Boolean);
}
