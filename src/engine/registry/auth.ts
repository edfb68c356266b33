import type { Credential } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import { statusError } from './failures.ts';
import type { Challenge } from './headers.ts';
import type { HttpReply, HttpRequest, Transport } from './transport.ts';

/** A value for the Authorization header, and what it was made of. */
export interface Authorization {
  readonly header: string;
  /** Whether somebody is signed in by it, rather than that nobody got a token. */
  readonly signedIn: boolean;
  /** Texts that must not show up in errors. */
  readonly secrets: readonly string[];
}

export interface Authoriser {
  /** What to send along from the start, as far as the registry has shown what it wants. `scope`: `repository:team/app:pull`. */
  prepare(scope: string | undefined): Promise<Authorization | undefined>;
  /** What to send after a 401; undefined when there is nothing better than what was refused. */
  answer(
    challenges: readonly Challenge[],
    scope: string | undefined,
    refused: Authorization | undefined,
  ): Promise<Authorization | undefined>;
}

export interface AuthOptions {
  readonly host: string;
  readonly credential: () => Promise<Credential | undefined>;
  readonly transport: Transport;
  readonly allowHttp: (hostname: string) => boolean;
}

type Mode =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined };

const basicHeader = (username: string, secret: string) =>
  `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;

function secretsOf(credential: Credential | undefined): string[] {
  if (!credential) return [];
  if ('identityToken' in credential) return [credential.identityToken];
  return [credential.secret, basicHeader(credential.username, credential.secret).slice(6)];
}

/** Of the challenges, the one we can meet best: a token keeps the password off the registry itself. */
function modeOf(challenges: readonly Challenge[]): Mode | undefined {
  const bearer = challenges.find(
    ({ scheme, params }) => scheme === 'bearer' && params.get('realm'),
  );
  const realm = bearer?.params.get('realm');
  if (realm) return { scheme: 'bearer', realm, service: bearer?.params.get('service') };
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}

/**
 * Meets a registry's challenges: Basic, and Bearer tokens as docker fetches them.
 * Sources: distribution.github.io/distribution/spec/auth/token, …/auth/oauth.
 */
export function createAuthoriser({
  host,
  credential: read,
  transport,
  allowHttp,
}: AuthOptions): Authoriser {
  const tokens = new Map<
    string,
    { readonly until: number; readonly token: Promise<Authorization> }
  >();
  let mode: Mode | undefined;
  let known: Promise<Credential | undefined> | undefined;

  const credential = () => {
    known ??= read().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  function tokenRequest(
    realm: URL,
    service: string | undefined,
    scopes: readonly string[],
    who: Credential | undefined,
    post: boolean,
  ): HttpRequest {
    const form = new URLSearchParams();
    if (service) form.set('service', service);
    if (post) {
      form.set('client_id', 'stevedore');
      if (scopes.length) form.set('scope', scopes.join(' '));
      if (who && 'identityToken' in who) {
        form.set('grant_type', 'refresh_token');
        form.set('refresh_token', who.identityToken);
      } else if (who) {
        form.set('grant_type', 'password');
        form.set('username', who.username);
        form.set('password', who.secret);
      }
      return {
        method: 'POST',
        url: realm,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        maxBytes: 1 << 20,
      };
    }
    for (const scope of scopes) form.append('scope', scope);
    const url = new URL(realm);
    for (const [name, value] of form) url.searchParams.append(name, value);
    if (!who || !('username' in who)) return { method: 'GET', url, maxBytes: 1 << 20 };
    url.searchParams.set('account', who.username);
    return {
      method: 'GET',
      url,
      headers: { authorization: basicHeader(who.username, who.secret) },
      maxBytes: 1 << 20,
    };
  }

  function readToken(
    reply: HttpReply,
    who: Credential | undefined,
  ): { authorization: Authorization; seconds: number } {
    let json: { token?: unknown; access_token?: unknown; expires_in?: unknown } = {};
    try {
      json = (JSON.parse(reply.body.toString()) ?? {}) as typeof json;
    } catch {
      // Reported below: no token in it either way.
    }
    const token = json.token ?? json.access_token;
    if (typeof token !== 'string' || !token) {
      throw new EngineError(
        'not-an-engine',
        `${reply.url.host}, which gives out the tokens for ${host}, answered without one: check the registry's token settings.`,
        { status: reply.status },
      );
    }
    const seconds =
      typeof json.expires_in === 'number' && json.expires_in > 0 ? json.expires_in : 60;
    return {
      authorization: {
        header: `Bearer ${token}`,
        signedIn: who !== undefined,
        secrets: [token, ...secretsOf(who)],
      },
      seconds,
    };
  }

  async function fetchToken(
    { realm, service }: Mode & { scheme: 'bearer' },
    scope: string | undefined,
    key: string,
  ): Promise<Authorization> {
    if (!URL.canParse(realm))
      throw new EngineError(
        'not-an-engine',
        `${host} names "${realm.slice(0, 100)}" as the place to get a token from, which is no address.`,
      );
    const url = new URL(realm);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowHttp(url.hostname))) {
      throw new EngineError(
        'tls',
        `${host} wants your password sent to ${url.host} without TLS, which was not done: mark the registry as insecure if you trust the network.`,
      );
    }
    const who = await credential();
    const scopes = scope?.split(' ').filter(Boolean) ?? [];
    const post = who !== undefined && 'identityToken' in who;
    let reply = await transport.send(tokenRequest(url, service, scopes, who, post));
    // Servers that know the OAuth form only refuse the older one by its method.
    if (who && !post && (reply.status === 404 || reply.status === 405)) {
      reply = await transport.send(tokenRequest(url, service, scopes, who, true));
    }
    if (reply.status !== 200) {
      const refused = [400, 401, 403].includes(reply.status);
      throw statusError({
        host: refused ? host : url.host,
        what: refused ? 'use it' : `give out a token for ${host}`,
        signedIn: who !== undefined,
        status: refused ? 401 : reply.status,
        headers: reply.headers,
        body: reply.body,
        secrets: secretsOf(who),
      });
    }
    const { authorization, seconds } = readToken(reply, who);
    // A little early, so that it doesn't run out on its way.
    tokens.set(key, {
      until: Date.now() + Math.max(seconds - 10, seconds / 2) * 1000,
      token: Promise.resolve(authorization),
    });
    return authorization;
  }

  function token(
    mode: Mode & { scheme: 'bearer' },
    scope: string | undefined,
    refused?: Authorization,
  ): Promise<Authorization> {
    const key = JSON.stringify([mode.realm, mode.service, scope]);
    for (const [old, { until }] of tokens) if (until <= Date.now()) tokens.delete(old);
    const held = tokens.get(key);
    const fresh = () => {
      const promise = fetchToken(mode, scope, key).catch((error: unknown) => {
        tokens.delete(key);
        throw error;
      });
      // While it is under way everybody waits for the same one.
      tokens.set(key, { until: Date.now() + 60_000, token: promise });
      return promise;
    };
    return held
      ? held.token.then((value) => (value.header === refused?.header ? fresh() : value))
      : fresh();
  }

  async function basic(): Promise<Authorization | undefined> {
    const who = await credential();
    if (!who || 'identityToken' in who) return undefined;
    return {
      header: basicHeader(who.username, who.secret),
      signedIn: true,
      secrets: secretsOf(who),
    };
  }

  return {
    async prepare(scope) {
      if (!mode) return undefined;
      return mode.scheme === 'basic' ? basic() : token(mode, scope);
    },
    async answer(challenges, scope, refused) {
      mode = modeOf(challenges);
      if (!mode) {
        const schemes = challenges.map((challenge) => challenge.scheme).join(', ') || 'none';
        throw new EngineError(
          'not-supported',
          `${host} wants a kind of sign-in that is neither Basic nor Bearer (${schemes}): use a registry address for programs.`,
          { status: 401 },
        );
      }
      // Somebody may have signed in meanwhile, here or by the docker CLI.
      known = undefined;
      if (mode.scheme === 'bearer') {
        const asked = challenges
          .find((challenge) => challenge.scheme === 'bearer')
          ?.params.get('scope');
        return token(mode, asked ?? scope, refused);
      }
      const next = await basic();
      return next?.header === refused?.header ? undefined : next;
    },
  };
}

/** Whether a token was fine and only allows too little (RFC 6750 §3.1). */
export function isInsufficient(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ params }) => params.get('error') === 'insufficient_scope');
}
