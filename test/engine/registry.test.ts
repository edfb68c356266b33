import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../src/engine/credentials.ts';
import { EngineError } from '../../src/engine/errors.ts';
import type { Registry } from '../../src/engine/registry/model.ts';
import { openRegistry } from '../../src/engine/registry/registry.ts';
import type { SeedTarget } from './registry-seed.ts';
import { OCI_INDEX, OCI_MANIFEST, pushImage, pushManifest } from './registry-seed.ts';

const env = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this through scripts/bed.ts`);
  return value;
};

const tester: Credential = { username: 'tester', secret: 's3cret' };
const user = { name: 'tester', password: 's3cret' };
const addresses = {
  open: env('STEVEDORE_TEST_REGISTRY'),
  basic: env('STEVEDORE_TEST_REGISTRY_AUTH'),
  token: env('STEVEDORE_TEST_REGISTRY_TOKEN'),
};
const ca = await readFile(env('STEVEDORE_TEST_REGISTRY_CA'), 'utf8');

function registry(
  address: string,
  credential?: Credential,
  more: { ca?: string; insecure?: boolean } = { ca },
): Registry {
  return openRegistry({
    address,
    credentials: { getCredentials: () => Promise.resolve(credential) },
    env: {},
    home: '/nonexistent',
    platform: process.platform,
    ...more,
  });
}

async function rejection(promise: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

/** Whether the token registry's own certificate makes it https depends on the bed: it is asked. */
async function schemeOf(address: string): Promise<string> {
  return fetch(`http://${address}/v2/`).then(
    (answer) => (answer.status === 400 ? 'https' : 'http'),
    () => 'https',
  );
}

/** Names of this run's own: beds are used again, and registries keep deleted repositories in their catalogue. */
const run = `r${Date.now().toString(36)}`;
const repository = `${run}/app`;
let targets: Record<keyof typeof addresses, SeedTarget>;

beforeAll(async () => {
  targets = {
    open: { url: `http://${addresses.open}` },
    basic: { url: `https://${addresses.basic}`, ca, user },
    token: { url: `${await schemeOf(addresses.token)}://${addresses.token}`, ca, user },
  };
  for (const target of Object.values(targets)) {
    await pushImage(target, repository, { tag: '1.9', layers: [1000, 200] });
    await pushImage(target, repository, { tag: '1.10', created: '2025-01-01T00:00:00Z' });
    await pushImage(target, repository, { tag: 'latest', created: '2025-01-01T00:00:00Z' });
    const children = [
      {
        ...(await pushImage(target, repository, { mediaType: OCI_MANIFEST, layers: [300] })),
        platform: { os: 'linux', architecture: 'amd64' },
      },
      {
        ...(await pushImage(target, repository, {
          mediaType: OCI_MANIFEST,
          architecture: 'arm64',
          created: '2025-06-01T00:00:00Z',
          layers: [400, 5],
        })),
        platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      },
    ];
    await pushManifest(
      target,
      repository,
      { schemaVersion: 2, mediaType: OCI_INDEX, manifests: children },
      'multi',
    );
  }
});

describe.each(['open', 'basic', 'token'] as const)('a registry that is %s', (kind) => {
  const address = addresses[kind];
  const credential = kind === 'open' ? undefined : tester;

  test('answers, lists repositories and tags in order', async () => {
    const opened = registry(address, credential);
    await opened.check();
    const listing = await opened.repositories();
    if (!listing.catalogue) throw listing.why;
    expect(listing.page.items.map(({ name }) => name)).toContain(repository);
    const tags = await opened.tags(repository);
    expect(tags.items.map(({ name }) => name)).toEqual(['latest', '1.10', '1.9', 'multi']);
    expect(tags.more).toBeUndefined();
  });

  test('tells digest, platform, size and date of an image', async () => {
    const opened = registry(address, credential);
    const details = await opened.details(repository, '1.9');
    expect(details.images).toEqual([
      {
        digest: details.digest,
        platform: 'linux/amd64',
        size: 1200,
        created: 1704164645,
        variables: [],
      },
    ]);
    expect(details.kind).toBe('image');
    const manifest = await opened.manifest(repository, details.digest);
    expect([manifest.digest, manifest.layers.length]).toEqual([details.digest, 2]);
  });

  test('and of each platform of an index', async () => {
    const details = await registry(address, credential).details(repository, 'multi');
    expect(details.mediaType).toBe(OCI_INDEX);
    expect(details.images.map(({ platform, size, created }) => [platform, size, created])).toEqual([
      ['linux/amd64', 300, 1704164645],
      ['linux/arm64/v8', 405, 1748736000],
    ]);
    expect(details.created).toBe(1748736000);
  });

  test('names what is not there', async () => {
    const opened = registry(address, credential);
    const tag = await rejection(opened.manifest(repository, 'nope'));
    expect([tag.reason, tag.message]).toEqual([
      'not-found',
      expect.stringContaining(`${repository}:nope`),
    ]);
    const missing = await rejection(opened.tags(`${run}/nope`));
    expect([missing.reason, missing.status]).toEqual(['not-found', 404]);
    expect((await rejection(opened.tags('../_catalog'))).reason).toBe('bad-request');
  });

  test('deletes a tag, and says first which go along', async () => {
    const own = `${run}/doomed`;
    for (const tag of ['1', '1.0', 'one']) await pushImage(targets[kind], own, { tag });
    await pushImage(targets[kind], own, { tag: 'other', created: '2020-01-01T00:00:00Z' });
    const opened = registry(address, credential);
    const plan = await opened.planDelete(own, '1.0');
    expect(plan).toMatchObject({ alsoTags: ['1', 'one'], complete: true });
    await opened.deleteTag(plan);
    expect((await opened.tags(own)).items.map(({ name }) => name)).toEqual(['other']);
    expect((await rejection(opened.deleteTag(plan))).reason).toBe('not-found');
  });

  test('does not delete a tag that has moved since', async () => {
    const own = `${run}/moving`;
    await pushImage(targets[kind], own, { tag: 'x' });
    const opened = registry(address, credential);
    const plan = await opened.planDelete(own, 'x');
    await pushImage(targets[kind], own, { tag: 'x', created: '2026-01-01T00:00:00Z' });
    expect((await rejection(opened.deleteTag(plan))).reason).toBe('conflict');
    expect((await opened.tags(own)).items).toHaveLength(1);
  });
});

describe('a repository without tags', () => {
  test('is an empty one', async () => {
    const own = `${run}/emptied`;
    await pushImage(targets.open, own, { tag: 'x' });
    const opened = registry(addresses.open);
    await opened.deleteTag(await opened.planDelete(own, 'x'));
    expect((await opened.tags(own)).items).toEqual([]);
  });
});

describe('repositories by the page', () => {
  test('are fetched on demand', async () => {
    const names = Array.from(
      { length: 110 },
      (_value, index) => `${run}/many/${String(index).padStart(3, '0')}`,
    );
    for (const name of names) await pushImage(targets.open, name, { tag: 'x', layers: [10] });
    const found: string[] = [];
    const listing = await registry(addresses.open).repositories();
    if (!listing.catalogue) throw listing.why;
    let page: typeof listing.page | undefined = listing.page;
    expect(page.items).toHaveLength(100);
    while (page) {
      found.push(...page.items.map(({ name }) => name));
      page = await page.more?.();
    }
    expect(found).toEqual(expect.arrayContaining(names));
    expect(new Set(found).size).toBe(found.length);
  });
});

describe('who may not', () => {
  test.each(['basic', 'token'] as const)(
    '%s: nobody is asked to sign in, a wrong password is refused',
    async (kind) => {
      const nobody = await rejection(
        registry(addresses[kind])
          .repositories()
          .then((listing) => Promise.reject(listing.catalogue ? new Error('listed') : listing.why)),
      );
      expect([nobody.reason, nobody.message]).toEqual([
        'unauthorized',
        expect.stringContaining('wants you to sign in'),
      ]);
      const wrong = await rejection(
        registry(addresses[kind], { username: 'tester', secret: 'wr0ng' }).check(),
      );
      expect([wrong.reason, wrong.message]).toEqual([
        'unauthorized',
        expect.stringContaining('did not accept your sign-in'),
      ]);
      expect(`${wrong.message} ${wrong.detail}`).not.toContain('wr0ng');
    },
  );

  test('an authority that is not known is named, and can be passed over when asked', async () => {
    const error = await rejection(registry(addresses.basic, tester, {}).check());
    expect(error.reason).toBe('tls');
    expect(error.message).toMatch(
      /The certificate of 127\.0\.0\.1:\d+ \(.+, issued by .+, valid to .+\) is signed by an authority/,
    );
    await registry(addresses.basic, tester, { insecure: true }).check();
  });
});
