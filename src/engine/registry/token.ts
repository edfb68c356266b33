import type { Credential } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import { statusError } from './failures.ts';
import type { HttpReply, HttpRequest, Transport } from './transport.ts';

/** What a registry says of the token that it wants, and who asks for it. */
export interface TokenQuery {
  /** The registry. */
  readonly host: string;
  /** Address of the server that gives out its tokens. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  /** Nobody gets a token for what is public. */
  readonly who: Credential | undefined;
  readonly transport: Transport;
  readonly allowHttp: (hostname: string) => boolean;
}

export interface Token {
  readonly token: string;
  /** How long it holds. */
  readonly seconds: number;
}

export const basicHeader = (username: string, secret: string): string =>
  `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;

/** Texts of a credential that must not show up in errors. */
export function secretsOf(credential: Credential | undefined): string[] {
  if (!credential) return [];
  if ('identityToken' in credential) return [credential.identityToken];
  return [credential.secret, basicHeader(credential.username, credential.secret).slice(6)];
}

/**
 * Fetches a token as docker does. Sources: distribution.github.io/distribution/spec/auth/token, …/auth/oauth.
 * @throws EngineError `tls` rather than send a password without TLS, `unauthorized` when it is refused
 */
export async function requestToken(query: TokenQuery): Promise<Token> {
  const { host, realm, who, transport, allowHttp } = query;
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
  const post = who !== undefined && 'identityToken' in who;
  let reply = await transport.send(tokenRequest(url, query, post));
  // Servers that know the OAuth form only refuse the older one by its method.
  if (who && !post && (reply.status === 404 || reply.status === 405))
    reply = await transport.send(tokenRequest(url, query, true));
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
  return readToken(reply, host);
}

function tokenRequest(
  realm: URL,
  { service, scopes, who }: TokenQuery,
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

function readToken(reply: HttpReply, host: string): Token {
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
  const seconds = typeof json.expires_in === 'number' && json.expires_in > 0 ? json.expires_in : 60;
  return { token, seconds };
}
