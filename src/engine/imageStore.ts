import type { Client } from './client.ts';

/** Whether containerd keeps an engine's images (Docker 29's own way, a feature since 23), and not the engine itself. */
export async function hasContainerdStore(
  client: Pick<Client, 'request'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const info = (await client.request({ path: '/info', as: 'json', signal })) as {
    readonly DriverStatus?: readonly (readonly string[])[] | null;
  };
  return (info.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.'));
}
