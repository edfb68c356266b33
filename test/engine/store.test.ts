import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/engine/client.ts';
import { openConnection } from '../../src/engine/connection.ts';
import {
  commitContainer,
  createContainer,
  killContainer,
  pauseContainer,
  removeContainer,
  renameContainer,
  runContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../../src/engine/containers.ts';
import { buildImage } from '../../src/engine/build.ts';
import { removeImage, tagImage } from '../../src/engine/images.ts';
import {
  connectNetwork,
  createNetwork,
  disconnectNetwork,
  removeNetwork,
} from '../../src/engine/networks.ts';
import { createStore } from '../../src/engine/store.ts';
import type { FedStore } from '../../src/engine/store.ts';
import { createVolume, removeVolume } from '../../src/engine/volumes.ts';
import {
  bedEndpoint,
  labelledSuite,
  uncached,
  podman,
  SHELL_IMAGE,
  testClient,
  unique,
} from './support/engine.ts';
import { privateEngine } from './support/privateEngine.ts';
import { rewritingProxy } from './support/rewriting.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { client, label } = await labelledSuite('store');
const labels = { [label]: '' };
const store = createStore();
const stop = new AbortController();
let following: Promise<void>;

beforeAll(async () => {
  let live = () => {};
  const standing = new Promise<void>((resolve) => (live = resolve));
  following = store.follow(await connect(bedEndpoint), { signal: stop.signal, onLive: live });
  await standing;
  await Promise.all((['container', 'image', 'network', 'volume'] as const).map(store.load));
});
afterAll(async () => {
  stop.abort();
  await following;
});

const soon = { timeout: 45_000, interval: 5 };
const run = (more: object = {}) =>
  runContainer(client, { image: SHELL_IMAGE, command: ['sleep', '1000'], labels, ...more });

describe('the store and an engine', () => {
  it('follows a container through its life', async () => {
    const name = unique('life');
    const state = () => store.get('container', id)?.state;
    const { id } = await createContainer(client, {
      image: SHELL_IMAGE,
      command: ['sleep', '1000'],
      name,
      labels,
    });
    await expect.poll(state, soon).toBe('created');
    expect(store.get('container', id)).toMatchObject({ name, image: SHELL_IMAGE, odd: undefined });
    await startContainer(client, id);
    await expect.poll(state, soon).toBe('running');
    await expect.poll(() => store.get('container', id)?.startedAt, soon).toBeGreaterThan(1e9);
    await pauseContainer(client, id);
    await expect.poll(state, soon).toBe('paused');
    await unpauseContainer(client, id);
    await expect.poll(state, soon).toBe('running');
    await renameContainer(client, id, `${name}-2`);
    await expect.poll(() => store.get('container', id)?.name, soon).toBe(`${name}-2`);
    await killContainer(client, id);
    await expect.poll(state, soon).toBe('exited');
    expect(store.get('container', id)).toMatchObject({ exitCode: 137, startedAt: undefined });
    await removeContainer(client, id);
    await expect.poll(state, soon).toBeUndefined();
  });

  it('shows a state right each time, though the engine tells of it too early', async () => {
    const { id } = await run();
    for (let round = 0; round < 5; round++) {
      await pauseContainer(client, id);
      await expect.poll(() => store.get('container', id)?.state, soon).toBe('paused');
      await unpauseContainer(client, id);
      await expect.poll(() => store.get('container', id)?.state, soon).toBe('running');
      // Whatever was read early would come to light by now.
      await sleep(150);
      expect(store.get('container', id)?.state).toBe('running');
    }
  });

  it('follows networks and who is on them', async () => {
    const name = unique('net');
    const network = await createNetwork(client, { name, labels });
    if (podman) await store.refresh('network');
    await expect.poll(() => store.get('network', network)?.name, soon).toBe(name);
    const { id } = await run();
    const networks = () => store.get('container', id)?.networks;
    await connectNetwork(client, network, id);
    await expect.poll(networks, soon).toContain(name);
    await disconnectNetwork(client, network, id, { force: true });
    await expect.poll(networks, soon).not.toContain(name);
    await removeNetwork(client, network);
    if (podman) await store.refresh('network');
    await expect.poll(() => store.get('network', network), soon).toBeUndefined();
  });

  it('follows volumes', async () => {
    const name = await createVolume(client, { name: unique('vol'), labels: { 'a,b': '"\n' } });
    await expect.poll(() => store.get('volume', name)?.labels, soon).toEqual({ 'a,b': '"\n' });
    await removeVolume(client, name);
    await expect.poll(() => store.get('volume', name), soon).toBeUndefined();
  });

  it('follows an image’s names, and what containers call it', async () => {
    const [one, two] = [`localhost/${unique('img')}:1`, `localhost/${unique('img')}:2`];
    const { id } = await run();
    const image = await commitContainer(client, id, {
      reference: { repository: one.slice(0, -2), tag: '1' },
    });
    const full = image.startsWith('sha256:') ? image : `sha256:${image}`;
    const tags = () => store.get('image', full)?.tags;
    await expect.poll(tags, soon).toEqual([one]);
    await tagImage(client, one, two);
    await expect.poll(tags, soon).toEqual([one, two].sort());
    await removeImage(client, one);
    await expect.poll(tags, soon).toEqual([two]);
    await removeImage(client, two);
    await expect.poll(tags, soon).toBeUndefined();
  });

  it('shows an image that is built without a name', async () => {
    const context = await mkdtemp(join(tmpdir(), 'stevedore-store-'));
    onTestFinished(() => rm(context, { recursive: true }));
    const image = await buildImage(client, {
      context,
      dockerfileText: `FROM ${SHELL_IMAGE}\nLABEL x=${unique('x')}\n`,
      ...uncached,
    });
    const found = () => store.list('image').find(({ id }) => id.includes(image))?.tags;
    await expect.poll(found, soon).toEqual([]);
    await removeImage(client, image);
    await expect.poll(found, soon).toBeUndefined();
  });

  it('takes names and labels as they are', async () => {
    const hostile = {
      'quote"': 'it\'s "quoted"',
      // Podman splits a label's name at its own equals sign.
      [podman ? 'comma,x' : 'comma,x=y']: 'a,b=c',
      newline: 'one\ntwo\r\n',
      rtl: '\u202Egnp.exe \u0645\u0631\u062D\u0628\u0627',
      shell: '$(touch /tmp/x) `id` ; rm -rf / | & > < * ? ~ !',
      markup: '<img src=x onerror=alert(1)> [x](command:y)',
      ...labels,
    };
    const { id } = await run({ labels: hostile });
    await expect.poll(() => store.get('container', id)?.labels, soon).toMatchObject(hostile);
    expect(store.get('container', id)?.odd).toBeUndefined();
  });

  it('equals a fresh list when all is quiet', async () => {
    await Promise.all(
      Array.from({ length: 8 }, async () =>
        removeContainer(client, (await run()).id, { force: true }),
      ),
    );
    await sleep(500);
    const fresh = createStore();
    const end = new AbortController();
    const other = await connect(bedEndpoint);
    const done = fresh.follow(other, { signal: end.signal });
    await expect
      .poll(() =>
        fresh.load('container').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const mine = (from: FedStore) =>
      from
        .list('container')
        .filter((item) => label in item.labels)
        .map(({ id, name, state, networks, image }) => ({ id, name, state, networks, image }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(mine(store)).toEqual(mine(fresh));
    end.abort();
    await done;
    other.close();
  });

  it('shows a malformed container among good ones', async () => {
    const good = await run();
    const bad = await run();
    const proxy = await rewritingProxy((_path, answer) =>
      (answer as Record<string, unknown>[]).flatMap((entry): unknown[] =>
        entry['Id'] === bad.id
          ? [{ ...entry, Names: null, Ports: ['?'], Labels: 7, State: {} }, { Id: null }, 'garbage']
          : [entry],
      ),
    );
    const logged: string[] = [];
    const connection = openConnection(proxy.endpoint, {
      store: createStore({ log: (line) => logged.push(line) }),
    });
    onTestFinished(async () => {
      connection.dispose();
      await proxy.stop();
    });
    await expect.poll(() => connection.state.name).toBe('connected');
    await connection.store.load('container');
    expect(connection.store.get('container', good.id)).toMatchObject({ odd: undefined });
    const odd = connection.store.get('container', bad.id);
    expect(odd).toMatchObject({ name: bad.id.slice(0, 12), image: SHELL_IMAGE, ports: [] });
    expect(odd?.odd).toMatch(/Names|name/);
    expect(logged).toHaveLength(2);
    // And it goes on following.
    await removeContainer(client, good.id, { force: true });
    await expect.poll(() => connection.store.get('container', good.id), soon).toBeUndefined();
  });
});

if (!podman) {
  describe('the store and Docker', () => {
    it('follows a health check', async () => {
      const answer = await client.docker.createContainer({
        Image: SHELL_IMAGE,
        Cmd: ['sleep', '1000'],
        Labels: labels,
        Healthcheck: { Test: ['CMD', 'test', '-e', '/sick'], Interval: 2e8, Retries: 2 },
      });
      await answer.start();
      const health = () => store.get('container', answer.id)?.health;
      await expect.poll(health, soon).toBe('starting');
      await expect.poll(health, soon).toBe('unhealthy');
    });

    it('sees a container stopped while it waits for its next restart', async () => {
      const { id } = await run({ command: ['false'], restart: 'always' });
      const restarts = async () => (await client.docker.getContainer(id).inspect()).RestartCount;
      const state = () => store.get('container', id)?.state;
      // By then the engine waits for more than a second.
      await expect.poll(restarts, { timeout: 45_000, interval: 20 }).toBeGreaterThan(3);
      await expect.poll(state, soon).toBe('restarting');
      await stopContainer(client, id);
      await expect.poll(state, soon).toBe('exited');
      // Nothing that comes later says anything else.
      await sleep(300);
      expect(state()).toBe('exited');
    });

    it('is exactly right after an engine restarted while 200 containers were made', async () => {
      const engine = await privateEngine();
      onTestFinished(() => engine.end());
      const maker = await testClient(engine.endpoint);
      const connection = openConnection(engine.endpoint, { firstDelay: 50 });
      onTestFinished(() => connection.dispose());
      await expect.poll(() => connection.state.name).toBe('connected');
      await connection.store.load('container');
      const spec = { image: SHELL_IMAGE, command: ['true'] };
      const made: string[] = [];
      for (let n = 0; n < 20; n++) made.push((await createContainer(maker, spec)).id);
      await expect.poll(() => connection.store.list('container').length, soon).toBe(20);
      const kept = connection.store.get('container', made[0] ?? '');

      await engine.stop();
      await engine.start();
      const makers = Array.from({ length: 4 }, async () => {
        for (let n = 0; n < 50; n++) made.push((await createContainer(maker, spec)).id);
      });
      await Promise.all(makers);
      for (const id of made.splice(5, 10)) await removeContainer(maker, id);

      const ids = () =>
        connection.store
          .list('container')
          .map(({ id }) => id)
          .sort();
      await expect.poll(ids, { timeout: 45_000 }).toEqual([...made].sort());
      expect(new Set(ids()).size).toBe(210);
      // What did not change is the same object: a selection in a view stays.
      expect(connection.store.get('container', made[0] ?? '')).toBe(kept);
      maker.close();
    }, 120_000);
  });
}
