import type { Credential } from '../../../src/engine/credentials.ts';
import { sendJson, started } from './registry-loopback.ts';

export const tester: Credential = { username: 'tester', secret: 's3cret' };

export const BASIC = `Basic ${Buffer.from('tester:s3cret').toString('base64')}`;

interface TokenServerOptions {
  readonly lifetime?: number;
  /** Methods that it knows. */
  readonly methods?: readonly string[];
  /** Leaves the scope out of its challenges. */
  readonly scopeless?: boolean;
}

/** A registry with a token server: tokens are numbered, and only the newest of the asked scope is taken. */
export async function tokenRegistry({
  lifetime = 300,
  methods = ['GET', 'POST'],
  scopeless = false,
}: TokenServerOptions = {}) {
  let issued = 0;
  let revoked = 0;
  const tokens = await started(({ method, path, authorization, body }, response) => {
    if (!methods.includes(method)) return sendJson(response, {}, 405);
    const form =
      method === 'POST' ? new URLSearchParams(body) : new URL(path, 'http://x').searchParams;
    const wellKnown =
      authorization === BASIC ||
      form.get('refresh_token') === 'refresh' ||
      form.get('password') === 's3cret';
    if ((authorization || method === 'POST') && !wellKnown)
      return sendJson(response, { details: 'no' }, 401);
    const scope = form.getAll('scope').join(' ');
    return sendJson(response, {
      access_token: `${wellKnown ? 'in' : 'out'}|${scope}|${++issued}`,
      expires_in: lifetime,
    });
  });
  const registry = await started(({ path, authorization }, response) => {
    const name = /^\/v2\/(.+)\/tags\/list/.exec(path)?.[1];
    const scope = name
      ? `repository:${name}:pull`
      : path.startsWith('/v2/_catalog')
        ? 'registry:catalog:*'
        : '';
    const [who, allowed, number] = authorization?.replace('Bearer ', '').split('|') ?? [];
    const open = name?.startsWith('public/') ?? scope === '';
    if (
      who &&
      Number(number) > revoked &&
      (open || who === 'in') &&
      (allowed === scope || scope === '')
    ) {
      return sendJson(response, { tags: ['a'], repositories: ['team/app'] });
    }
    const asked = scopeless || !scope ? '' : `,scope="${scope}"`;
    const error = who ? ',error="insufficient_scope"' : '';
    return sendJson(response, {}, 401, {
      'www-authenticate': `Bearer service="reg, test"${asked}${error},realm="${tokens.url}/token"`,
    });
  });
  return { registry, tokens, revoke: () => (revoked = issued) };
}
