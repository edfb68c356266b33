import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildImage } from '../../src/engine/build.ts';
import { openConnection } from '../../src/engine/connection.ts';
import type { CurrentEngine } from '../../src/engine/current.ts';
import { createCurrentEngine } from '../../src/engine/current.ts';
import { commitContainer, createContainer, removeContainer } from '../../src/engine/containers.ts';
import { createImageAnswers } from '../../src/engine/imageAnswers.ts';
import type { ImageAnswers } from '../../src/engine/imageAnswers.ts';
import {
  pullImage,
  pushImage as pushFromEngine,
  removeImage,
  tagImage,
} from '../../src/engine/images.ts';
import { createRegistries } from '../../src/engine/registry/registries.ts';
import type { Registries } from '../../src/engine/registry/registries.ts';
import { openRegistry } from '../../src/engine/registry/registry.ts';
import type { ImagesAnswer, ImagesRequest } from '../../src/util/imageRequest.ts';
import { pushImage } from './registry-seed.ts';
import { bedEndpoint, uncached, podman, SHELL_IMAGE, testClient } from './support/engine.ts';

const address = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';
const repository = `a${Date.now().toString(36)}/app`;

let current: CurrentEngine;
let registries: Registries;
let answer: ImageAnswers;
const ask = (request: ImagesRequest): Promise<ImagesAnswer> =>
  answer(request, new AbortController().signal);
const names = ({ images }: ImagesAnswer) => images.map(({ name }) => name);

beforeAll(async () => {
  (await testClient()).close();
  await pushImage({ url: `http://${address}` }, repository, { tag: '1.0', layers: [1000] });
  const kept = new Map<string, unknown>([['registries.added', { [address]: address }]]);
  const memory = {
    get: <T>(key: string, otherwise: T) => (kept.has(key) ? (kept.get(key) as T) : otherwise),
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  current = createCurrentEngine(
    async () => bedEndpoint,
    (endpoint) => openConnection(endpoint),
  );
  registries = createRegistries(
    memory,
    { knownHosts: async () => [], find: async () => undefined },
    async (to) =>
      openRegistry({
        address: to,
        credentials: { getCredentials: async () => undefined },
        env: {},
        home: '/nonexistent',
        platform: process.platform,
      }),
    () => {},
  );
  answer = createImageAnswers(current, registries);
});
afterAll(() => {
  current.dispose();
  registries.dispose();
});

describe('the engine', () => {
  test('tells its repositories, their tags, and an image with its platform', async () => {
    const from = 'engine';
    const [name = '', tag = ''] = SHELL_IMAGE.split(':');
    expect(names(await ask({ about: 'names', from, typed: 'localhost/steve' }))).toContain(name);
    expect(names(await ask({ about: 'names', from, typed: 'nothing-of-this' }))).toEqual([]);
    const tags = await ask({ about: 'tags', from, repository: name });
    expect(tags.images).toMatchObject([{ name: tag }]);
    const { images } = await ask({ about: 'image', from, reference: SHELL_IMAGE });
    expect(images).toMatchObject([
      { name: SHELL_IMAGE, platforms: [expect.stringMatching(/^linux\//)] },
    ]);
    expect(images[0]?.size).toBeGreaterThan(1000);
    expect(images[0]?.created).toBeGreaterThan(1_000_000_000);
    expect(names(await ask({ about: 'image', from, reference: `${name}:none` }))).toEqual([]);
  });

  test('is silent about what is no name', async () => {
    expect(names(await ask({ about: 'tags', from: 'engine', repository: 'Not A Name' }))).toEqual(
      [],
    );
  });
});

test('the engine tells what it builds for, aside only while it is at hand', async () => {
  const request = { about: 'engine', from: 'engine' } as const;
  const { os, arch } = (await current.client()).engine;
  expect((await ask({ ...request, aside: true })).images).toMatchObject([
    { platforms: [`${os}/${arch}`] },
  ]);
  expect((await ask({ ...request, from: 'registries' })).images).toEqual([]);
  const idle = createCurrentEngine(
    async () => bedEndpoint,
    (endpoint) => openConnection(endpoint),
  );
  try {
    const { signal } = new AbortController();
    const answerIdle = createImageAnswers(idle, registries);
    expect((await answerIdle({ ...request, aside: true }, signal)).images).toEqual([]);
    expect(idle.endpoint).toBeUndefined();
    expect((await answerIdle(request, signal)).images).toHaveLength(1);
  } finally {
    idle.dispose();
  }
});

test('an image has a working directory and a shell, by the engine', async () => {
  const client = await current.client();
  const reference = 'localhost/stevedore-test/told:1';
  const context = await mkdtemp(join(tmpdir(), 'stevedore-told-'));
  const told = async (name: string) => {
    const [image] = (await ask({ about: 'image', from: 'engine', reference: name })).images;
    return [image?.workdir, image?.shell];
  };
  try {
    await buildImage(client, {
      context,
      dockerfileText: `FROM ${SHELL_IMAGE}\nWORKDIR /srv\nSHELL ["sh", "-ec"]\n`,
      tags: [reference],
      ...uncached,
    });
    onTestFinished(async () => void (await removeImage(client, reference, { force: true })));
    // Podman makes images of OCI's form, which has no shell.
    await expect.poll(() => told(reference)).toEqual([true, podman ? undefined : true]);
    expect(await told(SHELL_IMAGE)).toEqual([undefined, undefined]);
  } finally {
    await rm(context, { recursive: true });
  }
});

test('an image has variables, by the engine and by its registry', async () => {
  const client = await current.client();
  const reference = `${address}/${repository}-variables:1.0`;
  const env = ['APP_UID=1654', 'APP_NOTE=a=b'];
  const { id } = await createContainer(client, { image: SHELL_IMAGE, command: ['true'], env });
  try {
    await tagImage(client, await commitContainer(client, id), reference);
    await pushFromEngine(client, reference);
    for (const from of ['engine', 'registries'] as const) {
      const about = from === 'engine' ? 'image' : 'variables';
      const tell = async () => (await ask({ about, from, reference })).images[0];
      await expect.poll(async () => (await tell())?.variables).toContain('APP_UID');
      expect((await tell())?.variables).toContain('APP_NOTE');
      expect(JSON.stringify(await tell())).not.toContain('1654');
    }
  } finally {
    await removeContainer(client, id, { force: true });
    await removeImage(client, reference, { force: true });
  }
});

test('a tag that moves on has one digest on the engine and another in its registry', async () => {
  const client = await current.client();
  const name = `${repository}-moved`;
  const reference = `${address}/${name}:1.0`;
  const digestFrom = async (from: 'engine' | 'registries') =>
    (await ask({ about: 'digest', from, reference })).images.flatMap(({ digest, digests = [] }) => [
      digest,
      ...digests,
    ]);
  await tagImage(client, SHELL_IMAGE, reference);
  try {
    await pushFromEngine(client, reference);
    await removeImage(client, reference);
    await pullImage(client, reference);
    const [digest] = await digestFrom('registries');
    expect(digest).toMatch(/^sha256:/);
    // Podman keeps the digest that it gave the image when it was built, too.
    const ofEngine = expect.arrayContaining([digest]);
    await expect.poll(() => digestFrom('engine')).toEqual(ofEngine);
    const seeded = await pushImage({ url: `http://${address}` }, name, { tag: '1.0' });
    expect(seeded.digest).not.toBe(digest);
    expect(await digestFrom('registries')).toEqual([seeded.digest]);
    expect(await digestFrom('engine')).toEqual(ofEngine);
    expect(await digestFrom('engine')).not.toContain(seeded.digest);
    const byDigest = { about: 'digest', from: 'registries' } as const;
    const named = `${address}/${name}@${digest}`;
    expect((await ask({ ...byDigest, reference: named })).images).toEqual([
      { name: named, digest },
    ]);
    const missing = `${address}/${name}@sha256:${'0'.repeat(64)}`;
    expect((await ask({ ...byDigest, reference: missing })).images).toEqual([]);
  } finally {
    await removeImage(client, reference);
  }
});

describe('a registry', () => {
  const from = 'registries';

  test('tells its repositories, tags and an image', async () => {
    const typed = `${address}/${repository.slice(0, 4)}`;
    expect(names(await ask({ about: 'names', from, typed }))).toContain(`${address}/${repository}`);
    const tags = await ask({ about: 'tags', from, repository: `${address}/${repository}` });
    expect(tags).toEqual({ images: [{ name: '1.0' }], complete: true });
    const reference = `${address}/${repository}:1.0`;
    const { images } = await ask({ about: 'image', from, reference });
    expect(images).toMatchObject([{ name: reference, digest: expect.stringMatching(/^sha256:/) }]);
  });

  test('is silent about what it does not have', async () => {
    const missing = `${address}/${repository}-none`;
    expect(names(await ask({ about: 'tags', from, repository: missing }))).toEqual([]);
    expect(names(await ask({ about: 'image', from, reference: `${missing}:1` }))).toEqual([]);
  });

  test('that is not on show is never asked', async () => {
    const elsewhere = '127.0.0.1:9/x/y';
    expect(names(await ask({ about: 'tags', from, repository: elsewhere }))).toEqual([]);
    expect(names(await ask({ about: 'names', from, typed: elsewhere }))).toEqual([]);
    expect(names(await ask({ about: 'image', from, reference: `${elsewhere}:1` }))).toEqual([]);
  });
});
