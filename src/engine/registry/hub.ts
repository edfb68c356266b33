import type { Credential } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import { HUB } from '../reference.ts';
import { readJson } from './client.ts';
import { pathWithin } from './headers.ts';
import { statusError } from './failures.ts';
import { abortable } from './abortable.ts';
import { platformOf, secondsOf } from './manifest.ts';
import type { Page, Registry, Repository, Tag } from './model.ts';
import type { HttpReply, HttpRequest, Transport } from './transport.ts';
import { record, records, textOf } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';

export interface HubOptions {
  /** `https://hub.docker.com`, or what stands for it in tests. */
  readonly url: string;
  readonly transport: Transport;
  readonly credential: () => Promise<Credential | undefined>;
  /** Docker Hub's registry, for everything that its web API does not serve. */
  readonly registry: Registry;
}

interface Session {
  readonly user: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

interface Call {
  readonly path: string;
  readonly what: string;
  readonly method?: HttpRequest['method'];
  readonly signal?: AbortSignal | undefined;
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
const flag = (value: unknown) => (typeof value === 'boolean' ? value : undefined);

/** The name inside the registry: official images live in `library`. */
const full = (repository: string) =>
  repository.includes('/') ? repository : `library/${repository}`;

/** When a JSON web token ends, with a minute to spare; five minutes from now where it doesn't say. */
function endOf(token: string): number {
  try {
    const { exp } = record(
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
    );
    if (typeof exp === 'number') return exp * 1000 - 60_000;
  } catch {
    // Not a token we can look into: it is asked for anew before long.
  }
  return Date.now() + 300_000;
}

function repositoryOf(json: Raw): Repository[] {
  const name =
    textOf(json['repo_name']) ??
    [textOf(json['namespace']), textOf(json['name'])].filter(Boolean).join('/');
  if (!name) return [];
  return [
    {
      name: full(name),
      description: textOf(json['short_description']) ?? textOf(json['description']),
      private: flag(json['is_private']),
      official: flag(json['is_official']) ?? (full(name).startsWith('library/') ? true : undefined),
      stars: number(json['star_count']),
      pulls: number(json['pull_count']),
      updated: secondsOf(json['last_updated']),
    },
  ];
}

function orgOf(json: Raw): string[] {
  const name = textOf(json['orgname']);
  return name === undefined ? [] : [name];
}

function tagOf(json: Raw): Tag[] {
  const name = textOf(json['name']);
  if (!name) return [];
  const images = records(json['images']);
  const platforms = images
    .flatMap((image) => platformOf(image) ?? [])
    .filter((platform) => !platform.startsWith('unknown'));
  return [
    {
      name,
      digest:
        textOf(json['digest']) ?? (images.length === 1 ? textOf(images[0]?.['digest']) : undefined),
      size: number(json['full_size']) ?? number(images[0]?.['size']),
      updated: secondsOf(json['tag_last_pushed'] ?? json['last_updated']),
      platforms: [...new Set(platforms)],
    },
  ];
}

/**
 * Docker Hub: listings, search and deletion through its web API (docs.docker.com/reference/api/hub), manifests
 * through its registry.
 */
export function openHub({ url, transport, credential, registry }: HubOptions): Registry {
  let session: Promise<Session | undefined> | undefined;

  const fail = (reply: HttpReply, what: string, signedIn: boolean, secrets: readonly string[]) =>
    statusError({
      host: 'Docker Hub',
      what,
      signedIn,
      status: reply.status,
      headers: reply.headers,
      body: reply.body,
      secrets,
    });

  async function post(path: string, body: Raw): Promise<HttpReply> {
    return transport.send({
      method: 'POST',
      url: new URL(path, url),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      maxBytes: 1 << 20,
    });
  }

  async function logIn(): Promise<Session | undefined> {
    const who = await credential();
    // An identity token is for the registry only; the web API then shows what is public.
    if (!who || 'identityToken' in who) return undefined;
    let reply = await post('/v2/auth/token', { identifier: who.username, secret: who.secret });
    if (reply.status === 404)
      reply = await post('/v2/users/login', { username: who.username, password: who.secret });
    if (reply.status !== 200) {
      const error = fail(reply, 'sign in', true, [who.secret]);
      if (reply.status !== 401 || !/mfa|2fa|secondary|otp/i.test(reply.body.toString()))
        throw error;
      throw new EngineError(
        'unauthorized',
        'Docker Hub wants a second factor for this account: sign in with a personal access token in place of the password.',
        { status: 401 },
      );
    }
    const json = record(readJson(reply, 'Docker Hub', 'sign in'));
    const token = textOf(json['access_token']) ?? textOf(json['token']);
    if (!token)
      throw new EngineError(
        'not-an-engine',
        'Docker Hub took the sign-in without giving a token: try again later.',
      );
    return { user: who.username, token, until: endOf(token) };
  }

  async function current(signal?: AbortSignal): Promise<Session | undefined> {
    const start = () => {
      session = logIn().catch((error: unknown) => {
        session = undefined;
        throw error;
      });
      return session;
    };
    if (!session) return abortable(start(), 'sign in to Docker Hub', signal);
    const held = await abortable(session, 'sign in to Docker Hub', signal);
    return held && held.until <= Date.now()
      ? abortable(start(), 'sign in to Docker Hub', signal)
      : held;
  }

  async function call({ path, what, method = 'GET', signal }: Call): Promise<HttpReply> {
    const send = (who: Session | undefined) =>
      transport.send({
        method,
        url: new URL(path, url),
        headers: {
          accept: 'application/json',
          ...(who ? { authorization: `Bearer ${who.token}` } : {}),
        },
        signal,
      });
    let who = await current(signal);
    let reply = await send(who);
    if (reply.status === 401 && who) {
      session = undefined;
      who = await current(signal);
      reply = await send(who);
    }
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw fail(reply, what, who !== undefined, who ? [who.token] : []);
  }

  /** A page of one of Hub's listings: `{count, next, results}`, `next` being the next one's whole URL. */
  async function page<T>(asked: Call, read: (json: Raw) => T[]): Promise<Page<T>> {
    const json = record(readJson(await call(asked), 'Docker Hub', asked.what));
    const next = textOf(json['next']);
    const link = next !== undefined && URL.canParse(next, url) ? new URL(next, url) : undefined;
    const path = link && pathWithin(link);
    return {
      items: records(json['results']).flatMap(read),
      more:
        path === undefined || path === asked.path
          ? undefined
          : (signal) => page({ ...asked, path, signal }, read),
    };
  }

  const inNamespace = (namespace: string) =>
    `/v2/namespaces/${encodeURIComponent(namespace)}/repositories`;
  const pathOf = (repository: string) => {
    const [namespace = '', ...rest] = full(repository).split('/');
    return `${inNamespace(namespace)}/${encodeURIComponent(rest.join('/'))}`;
  };

  return {
    host: HUB,
    async check(signal) {
      await Promise.all([current(signal), registry.check(signal)]);
    },
    async repositories({ namespace, signal } = {}) {
      const owner = namespace ?? (await current(signal))?.user;
      if (owner === undefined) {
        const why = new EngineError(
          'unauthorized',
          'Docker Hub lists repositories by their owner: sign in to see yours, or pin a repository.',
        );
        return { catalogue: false, why };
      }
      const path = `${inNamespace(owner)}?page_size=100&ordering=-last_updated`;
      return {
        catalogue: true,
        page: await page({ path, what: `list the repositories of ${owner}`, signal }, repositoryOf),
      };
    },
    async tags(repository, signal) {
      const path = `${pathOf(repository)}/tags?page_size=100&ordering=last_updated`;
      return page({ path, what: `list the tags of ${repository}`, signal }, tagOf);
    },
    manifest: (repository, reference, signal) =>
      registry.manifest(full(repository), reference, signal),
    digest: (repository, reference, signal) => registry.digest(full(repository), reference, signal),
    details: (repository, reference, signal) =>
      registry.details(full(repository), reference, signal),
    variables: (repository, reference, platform, signal) =>
      registry.variables(full(repository), reference, platform, signal),
    async planDelete(repository, tag, signal) {
      const reply = await call({
        path: `${pathOf(repository)}/tags/${encodeURIComponent(tag)}`,
        what: `read ${repository}:${tag}`,
        signal,
      });
      const [found] = tagOf(record(readJson(reply, 'Docker Hub', `read ${repository}:${tag}`)));
      // Hub deletes the tag itself: others of the same digest stay.
      return { repository, tag, digest: found?.digest ?? '', alsoTags: [], complete: true };
    },
    async deleteTag({ repository, tag }, signal) {
      const path = `/v2/repositories/${full(repository)}/tags/${encodeURIComponent(tag)}/`;
      await call({ path, method: 'DELETE', what: `delete ${repository}:${tag}`, signal });
    },
    hub: {
      async namespaces(signal) {
        const who = await current(signal);
        if (!who) return [];
        const names = new Set([who.user]);
        const asked = {
          path: '/v2/user/orgs/?page_size=100',
          what: 'list your organisations',
          signal,
        };
        let orgs: Page<string> | undefined;
        try {
          orgs = await page(asked, orgOf);
        } catch (error) {
          // A token made for one repository may not ask for these: her own namespace is hers all the same.
          if (!(error instanceof EngineError) || !['forbidden', 'not-found'].includes(error.reason))
            throw error;
        }
        for (let pages = 0; orgs && pages < 10; pages++) {
          for (const name of orgs.items) names.add(name);
          orgs = await orgs.more?.(signal);
        }
        return [...names];
      },
      search: (query, signal) =>
        page(
          {
            path: `/v2/search/repositories/?query=${encodeURIComponent(query)}&page_size=25`,
            what: `search for "${query}"`,
            signal,
          },
          repositoryOf,
        ),
    },
    dispose() {
      transport.dispose();
      registry.dispose();
    },
  };
}
