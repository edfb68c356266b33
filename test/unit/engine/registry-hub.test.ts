import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/engine/credentials.ts';
import type { Loopback, Seen } from './registry-loopback.ts';
import { open, rejection, sendJson, serve } from './registry-loopback.ts';

const tester: Credential = { username: 'tester', secret: 'dckr_pat_x' };

/** A JSON web token that ends in so many seconds. */
const jwt = (seconds: number) =>
  `h.${Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + seconds })).toString('base64url')}.s`;

const repository = (namespace: string, name: string, more: object = {}) => ({
  name,
  namespace,
  repository_type: 'image',
  status: 1,
  status_description: 'active',
  description: `The ${name}`,
  is_private: false,
  star_count: 3,
  pull_count: 1234,
  last_updated: '2024-05-06T07:08:09.123456Z',
  date_registered: '2020-01-01T00:00:00Z',
  affiliation: 'owner',
  media_types: ['application/vnd.oci.image.index.v1+json'],
  content_types: ['image'],
  categories: [],
  storage_size: 99,
  ...more,
});

const tag = (name: string, pushed: string) => ({
  creator: 1,
  id: 2,
  images: [
    {
      architecture: 'amd64',
      features: '',
      variant: null,
      digest: `sha256:${'a'.repeat(64)}`,
      os: 'linux',
      os_features: '',
      os_version: null,
      size: 100,
      status: 'active',
      last_pulled: null,
      last_pushed: pushed,
    },
    {
      architecture: 'arm64',
      features: '',
      variant: 'v8',
      digest: `sha256:${'b'.repeat(64)}`,
      os: 'linux',
      os_features: '',
      os_version: null,
      size: 90,
      status: 'active',
      last_pulled: null,
      last_pushed: pushed,
    },
    {
      architecture: 'unknown',
      features: '',
      variant: null,
      digest: `sha256:${'c'.repeat(64)}`,
      os: 'unknown',
      os_features: '',
      os_version: null,
      size: 1,
      status: 'active',
      last_pulled: null,
      last_pushed: pushed,
    },
  ],
  last_updated: pushed,
  last_updater: 1,
  last_updater_username: 'tester',
  name,
  repository: 3,
  full_size: 100,
  v2: true,
  tag_status: 'active',
  tag_last_pulled: null,
  tag_last_pushed: pushed,
  media_type: 'application/vnd.oci.image.index.v1+json',
  content_type: 'image',
  digest: `sha256:${'d'.repeat(64)}`,
});

let api: Loopback;
let registry: Loopback;
let lifetime: number;
let legacy: boolean;
let orgsStatus: number;
let revoked: boolean;

/** Docker Hub's web API as its reference describes it, as far as we ask it. */
function hubApi(
  { method, path, authorization, body }: Seen,
  response: Parameters<Parameters<typeof serve>[0]>[1],
): void {
  const url = new URL(path, api.url);
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = (more: boolean) =>
    more ? `https://hub.docker.com${url.pathname}?page=${page + 1}&page_size=100` : null;
  if (url.pathname === '/v2/auth/token' && legacy) return sendJson(response, {}, 404);
  if (url.pathname === '/v2/auth/token' || url.pathname === '/v2/users/login') {
    const { identifier, secret, username, password } = JSON.parse(body) as Record<string, string>;
    if ((secret ?? password) === 'mfa')
      return sendJson(
        response,
        { detail: 'Require secondary authentication on MFA enabled account', login_2fa_token: 'x' },
        401,
      );
    if ((identifier ?? username) !== 'tester' || (secret ?? password) !== 'dckr_pat_x')
      return sendJson(response, { detail: 'Incorrect authentication credentials' }, 401);
    return sendJson(response, legacy ? { token: jwt(lifetime) } : { access_token: jwt(lifetime) });
  }
  if (revoked && authorization) {
    revoked = false;
    return sendJson(response, { message: 'unauthorized', errinfo: null }, 401);
  }
  switch (`${method} ${url.pathname}`) {
    case 'GET /v2/user/orgs/':
      return sendJson(
        response,
        {
          count: 2,
          next: null,
          previous: null,
          results: [
            { id: 'x', orgname: 'acme' },
            { id: 'y', orgname: 'tester' },
          ],
        },
        orgsStatus,
      );
    case 'GET /v2/namespaces/tester/repositories':
      return sendJson(response, {
        count: 2,
        next: next(page === 1),
        previous: null,
        results: [repository('tester', `app${page}`, { is_private: true })],
      });
    case 'GET /v2/namespaces/library/repositories/nginx/tags':
      return sendJson(response, {
        count: 2,
        next: null,
        previous: null,
        results: [tag('latest', '2024-05-06T00:00:00Z'), tag('1.27', '2024-04-01T00:00:00Z')],
      });
    case 'GET /v2/namespaces/tester/repositories/app1/tags/old':
      return sendJson(response, tag('old', '2024-04-01T00:00:00Z'));
    case 'DELETE /v2/repositories/tester/app1/tags/old/':
      return void response.writeHead(authorization ? 204 : 401).end();
    case 'GET /v2/search/repositories/':
      return sendJson(response, {
        count: 1,
        next: '',
        previous: '',
        results: [
          {
            repo_name: 'nginx',
            short_description: 'Official build',
            star_count: 9,
            pull_count: 10,
            repo_owner: '',
            is_automated: false,
            is_official: true,
          },
          { odd: 1 },
        ],
      });
    case 'GET /v2/namespaces/closed/repositories':
      return sendJson(response, { message: 'permission denied', errinfo: null }, 403);
    default:
      return sendJson(response, { message: 'object not found', errinfo: {} }, 404);
  }
}

beforeEach(async () => {
  [lifetime, legacy, orgsStatus, revoked] = [600, false, 200, false];
  api = await serve(hubApi);
  registry = await serve(({ path }, response) =>
    path.includes('/manifests/')
      ? sendJson(response, { schemaVersion: 2, manifests: [] })
      : sendJson(response, {}),
  );
});
afterEach(async () => {
  await api.close();
  await registry.close();
});

const hub = (credential?: Credential) =>
  open('docker.io', credential, { hub: { api: api.url, registry: registry.url } });

describe('Docker Hub', () => {
  test('the namespaces and repositories of who is signed in, page by page', async () => {
    const opened = hub(tester);
    expect(await opened.hub?.namespaces()).toEqual(['tester', 'acme']);
    const listing = await opened.repositories();
    if (!listing.catalogue) throw listing.why;
    expect(listing.page.items).toEqual([
      {
        name: 'tester/app1',
        description: 'The app1',
        private: true,
        official: undefined,
        stars: 3,
        pulls: 1234,
        updated: 1714979289,
      },
    ]);
    const second = await listing.page.more?.();
    expect(second?.items.map(({ name }) => name)).toEqual(['tester/app2']);
    expect(second?.more).toBeUndefined();
    // One sign-in serves all, and the whole URL of the next page leads back to the same server.
    expect(api.seen.filter(({ path }) => path === '/v2/auth/token')).toHaveLength(1);
    expect(api.seen.at(-1)?.path).toBe('/v2/namespaces/tester/repositories?page=2&page_size=100');
    expect(api.seen.at(-1)?.authorization).toMatch(/^Bearer h\./);
  });

  test('nobody sees what is public: tags with dates, sizes and platforms', async () => {
    const opened = hub();
    expect(await opened.hub?.namespaces()).toEqual([]);
    expect(await opened.repositories()).toMatchObject({
      catalogue: false,
      why: { reason: 'unauthorized' },
    });
    const tags = await opened.tags('nginx');
    expect(tags.items[0]).toEqual({
      name: 'latest',
      digest: `sha256:${'d'.repeat(64)}`,
      size: 100,
      updated: 1714953600,
      platforms: ['linux/amd64', 'linux/arm64/v8'],
    });
    expect(api.seen.some(({ authorization }) => authorization)).toBe(false);
  });

  test('search', async () => {
    const found = await hub().hub?.search('ngi nx&');
    expect(found?.items).toEqual([
      {
        name: 'library/nginx',
        description: 'Official build',
        private: undefined,
        official: true,
        stars: 9,
        pulls: 10,
        updated: undefined,
      },
    ]);
    expect(found?.more).toBeUndefined();
    expect(api.seen[0]?.path).toContain('query=ngi%20nx%26&');
  });

  test('deleting removes the tag alone', async () => {
    const opened = hub(tester);
    const plan = await opened.planDelete('tester/app1', 'old');
    expect(plan).toMatchObject({
      alsoTags: [],
      complete: true,
      digest: `sha256:${'d'.repeat(64)}`,
    });
    await opened.deleteTag(plan);
    expect(api.seen.at(-1)?.method).toBe('DELETE');
    expect((await rejection(opened.planDelete('tester/app1', 'gone'))).reason).toBe('not-found');
  });

  test('manifests come from the registry, official images from library', async () => {
    expect((await hub().manifest('nginx', 'latest')).kind).toBe('index');
    expect(registry.seen.at(-1)?.path).toBe('/v2/library/nginx/manifests/latest');
  });

  test('the older login, an ended token, a revoked one', async () => {
    legacy = true;
    const opened = hub(tester);
    expect(await opened.hub?.namespaces()).toContain('acme');
    lifetime = -1;
    revoked = true;
    expect(await opened.hub?.namespaces()).toContain('acme');
    lifetime = 600;
    await opened.hub?.namespaces();
    expect(api.seen.filter(({ path }) => path === '/v2/users/login')).toHaveLength(3);
  });

  test('a token that may not ask for organisations still has its own namespace', async () => {
    orgsStatus = 403;
    expect(await hub(tester).hub?.namespaces()).toEqual(['tester']);
    orgsStatus = 500;
    const hubExtras = hub(tester).hub;
    if (!hubExtras) throw new Error('not Docker Hub');
    expect((await rejection(hubExtras.namespaces())).reason).toBe('server');
  });

  test('refusals', async () => {
    const wrong = await rejection(hub({ username: 'tester', secret: 'wr0ng' }).check());
    expect([wrong.reason, wrong.message]).toEqual([
      'unauthorized',
      expect.stringContaining('Incorrect authentication credentials'),
    ]);
    expect(`${wrong.message} ${wrong.detail}`).not.toContain('wr0ng');
    const factor = await rejection(hub({ username: 'tester', secret: 'mfa' }).check());
    expect(factor.message).toContain('personal access token');
    const closed = await rejection(hub(tester).repositories({ namespace: 'closed' }));
    expect([closed.reason, closed.message]).toEqual([
      'forbidden',
      expect.stringContaining('(permission denied)'),
    ]);
    await api.close();
    expect((await rejection(hub().tags('nginx'))).reason).toBe('refused');
  });
});
