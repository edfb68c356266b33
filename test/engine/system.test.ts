import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../src/engine/client.ts';
import { createContainer, removeContainer, runContainer } from '../../src/engine/containers.ts';
import {
  connectNetwork,
  createNetwork,
  inspectNetwork,
  pruneNetworks,
  removeNetwork,
} from '../../src/engine/networks.ts';
import { createStore } from '../../src/engine/store.ts';
import { diskUsage, pruneSystem, systemInfo, systemVersion } from '../../src/engine/system.ts';
import { createVolume, inspectVolume, removeVolume } from '../../src/engine/volumes.ts';
import { podman, SHELL_IMAGE, suiteClient, testClient, unique } from './support/engine.ts';
import { privateEngine } from './support/privateEngine.ts';

const client = await suiteClient();

describe('networks', () => {
  it('are made as asked for, joined under other names, and removed', async () => {
    const name = unique('net');
    const id = await createNetwork(client, {
      name,
      subnet: '10.123.45.0/24',
      gateway: '10.123.45.1',
      internal: true,
      labels: { 'a,b': 'c"d' },
    });
    const container = await createContainer(client, { image: SHELL_IMAGE, name: unique('on') });
    const network = await inspectNetwork(client, id);
    expect(network).toMatchObject({ Name: name, Internal: true, Labels: { 'a,b': 'c"d' } });
    expect(network.IPAM?.Config?.[0]).toMatchObject({ Subnet: '10.123.45.0/24' });
    await connectNetwork(client, id, container.id, { aliases: ['db'] });
    await removeContainer(client, container.id, { force: true });
    await removeNetwork(client, id);
    await expect(removeNetwork(client, id)).rejects.toMatchObject({ reason: 'not-found' });
    await expect(createNetwork(client, { name, gateway: '10.0.0.1' })).rejects.toMatchObject({
      reason: 'bad-request',
    });
    await expect(createNetwork(client, { name, subnet: 'nonsense' })).rejects.toMatchObject({
      name: 'EngineError',
    });
  });
});

describe('volumes', () => {
  it('are made, looked at, in use, and removed', async () => {
    const name = await createVolume(client, { name: unique('vol'), labels: { x: 'y' } });
    expect((await inspectVolume(client, name)).Labels).toMatchObject({ x: 'y' });
    const { id } = await createContainer(client, {
      image: SHELL_IMAGE,
      mounts: [{ type: 'volume', source: name, target: '/data', readOnly: false }],
    });
    await expect(removeVolume(client, name)).rejects.toMatchObject({ reason: 'conflict' });
    await removeContainer(client, id);
    await removeVolume(client, name);
    await expect(inspectVolume(client, name)).rejects.toMatchObject({ reason: 'not-found' });
  });
});

describe('the system', () => {
  it('tells what it is and what it holds', async () => {
    expect(await systemInfo(client)).toMatchObject({ OSType: 'linux' });
    expect(await systemVersion(client)).toHaveProperty('ApiVersion');
    // Podman fails the whole question when a container that it is adding up is removed by another test.
    const { images } = await vi.waitFor(() => diskUsage(client), { timeout: 45_000 });
    expect(images.count).toBeGreaterThan(0);
    expect(images.size).toBeGreaterThan(1_000_000);
  });
});

if (!podman) {
  describe('a prune', () => {
    it('removes what is asked for and nothing else, and the store sees it', async () => {
      const engine = await privateEngine();
      onTestFinished(() => engine.end());
      const mine = await testClient(engine.endpoint);
      onTestFinished(() => mine.close());
      const store = createStore();
      const stop = new AbortController();
      const other = await connect(engine.endpoint);
      let live = () => {};
      const standing = new Promise<void>((resolve) => (live = resolve));
      const following = store.follow(other, { signal: stop.signal, onLive: live });
      onTestFinished(async () => {
        stop.abort();
        await following;
        other.close();
      });
      await standing;
      await Promise.all((['container', 'image', 'network', 'volume'] as const).map(store.load));

      const run = { image: SHELL_IMAGE, command: ['sleep', '1000'] };
      const running = await runContainer(mine, run);
      const stopped = await createContainer(mine, run);
      const used = await createNetwork(mine, { name: 'used' });
      await connectNetwork(mine, used, running.id);
      const unused = await createNetwork(mine, { name: 'unused' });
      await createVolume(mine, { name: 'named' });
      const anonymous = await createVolume(mine, {});
      await expect.poll(() => store.list('volume').length).toBe(2);

      const first = await pruneSystem(mine, {
        containers: true,
        networks: true,
        volumes: 'anonymous',
        images: 'dangling',
        buildCache: true,
      });
      expect(first.containers?.removed).toEqual([stopped.id]);
      expect(first.networks?.removed).toEqual(['unused']);
      expect(first.volumes?.removed).toEqual([anonymous]);
      const soon = { timeout: 45_000 };
      await expect.poll(() => store.list('volume').map(({ id }) => id), soon).toEqual(['named']);
      await expect
        .poll(() => store.list('container').map(({ id }) => id), soon)
        .toEqual([running.id]);
      await expect.poll(() => store.get('network', unused), soon).toBeUndefined();
      expect(store.get('network', used)).toBeDefined();

      const second = await pruneSystem(mine, { volumes: 'all', images: 'all' });
      expect(second.volumes?.removed).toEqual(['named']);
      expect(second.images?.removed.length).toBeGreaterThan(0);
      expect(second.images?.bytes).toBeGreaterThan(0);
      await expect.poll(() => store.list('volume'), soon).toEqual([]);
      await expect
        .poll(() => store.list('image').flatMap(({ tags }) => tags), soon)
        .toEqual([SHELL_IMAGE]);
      expect(await pruneNetworks(mine)).toEqual({ removed: [], bytes: 0 });

      // A container that doesn't run keeps no network.
      await createNetwork(mine, { name: 'resting' });
      await createContainer(mine, { ...run, network: 'resting' });
      expect(await pruneNetworks(mine)).toEqual({ removed: ['resting'], bytes: 0 });
    }, 60_000);
  });
}
