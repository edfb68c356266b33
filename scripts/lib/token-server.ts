import { createPublicKey, randomUUID, sign, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** Issuer and service that the registry and the token server agree on. */
export const TOKEN_ISSUER = 'stevedore-test-issuer';
export const TOKEN_SERVICE = 'stevedore-test-registry';

/** The one account of the test registries. */
export const ACCOUNT = { username: 'tester', password: 's3cret' } as const;

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/**
 * Reads one `scope` parameter of the distribution project's token specification: scopes separated by spaces,
 * each `type:name:action,action`; the name itself may hold colons (a host with its port).
 */
export function parseScopes(text: string): Access[] {
  return text.split(' ').flatMap((scope) => {
    const match = /^([^:]+):(.+):([^:]*)$/.exec(scope);
    if (!match?.[1] || !match[2]) return [];
    const actions = (match[3] ?? '').split(',').filter((action) => action !== '');
    return [{ type: match[1], name: match[2], actions }];
  });
}

/** What is granted: everything to the account, pulling of repositories to those who give no name. */
export function grant(asked: readonly Access[], known: boolean): Access[] {
  if (known) return [...asked];
  return asked
    .filter(({ type }) => type === 'repository')
    .map((access) => ({
      ...access,
      actions: access.actions.filter((action) => action === 'pull'),
    }));
}

/**
 * Serves tokens for a registry on 127.0.0.1:`port`, by GET with Basic credentials and by POST with a form
 * (OAuth2, grant_type password or refresh_token). Tokens last five minutes and are signed with the key whose certificate the
 * registry trusts. Wrong credentials get 401. Resolves with a function that stops it.
 */
export async function startTokenServer(options: {
  readonly port: number;
  readonly key: string;
  readonly cert: string;
}): Promise<() => Promise<void>> {
  const key = await readFile(options.key, 'utf8');
  const certificate = (await readFile(options.cert, 'utf8')).replaceAll(/-----[^-]+-----|\s/g, '');
  const algorithm = createPublicKey(key).asymmetricKeyType;
  if (algorithm !== 'rsa') throw new Error(`RS256 needs an RSA key, not ${algorithm}`);

  const issue = (access: readonly Access[], subject: string): string => {
    const now = Math.floor(Date.now() / 1000);
    const head = encode({ alg: 'RS256', typ: 'JWT', x5c: [certificate] });
    const claims = encode({
      iss: TOKEN_ISSUER,
      aud: TOKEN_SERVICE,
      sub: subject,
      iat: now,
      nbf: now - 10,
      exp: now + 300,
      jti: randomUUID(),
      access,
    });
    const signature = sign('RSA-SHA256', Buffer.from(`${head}.${claims}`), key);
    return `${head}.${claims}.${signature.toString('base64url')}`;
  };

  const server = createServer((request, response) => {
    void (async () => {
      const asked = await readRequest(request);
      const known = asked.identity === 'account';
      if (asked.identity === 'wrong') {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"errors":[{"code":"UNAUTHORIZED","message":"wrong name or password"}]}');
        return;
      }
      const token = issue(grant(asked.scopes, known), known ? ACCOUNT.username : '');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          token,
          access_token: token,
          expires_in: 300,
          issued_at: new Date().toISOString(),
          ...(known && asked.offline && { refresh_token: REFRESH_TOKEN }),
        }),
      );
    })().catch((error: unknown) => {
      response.writeHead(400).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

interface Asked {
  readonly identity: 'account' | 'nobody' | 'wrong';
  readonly scopes: readonly Access[];
  readonly offline: boolean;
}

const REFRESH_TOKEN = 'stevedore-test-refresh-token';

async function readRequest(request: IncomingMessage): Promise<Asked> {
  let parameters = new URL(request.url ?? '/', 'http://localhost').searchParams;
  if (request.method === 'POST') {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    parameters = new URLSearchParams(body);
  }
  const scopes = parameters.getAll('scope').flatMap(parseScopes);
  const offline =
    parameters.get('offline_token') === 'true' || parameters.get('access_type') === 'offline';
  return { identity: identify(request.headers.authorization, parameters), scopes, offline };
}

function identify(header: string | undefined, form: URLSearchParams): Asked['identity'] {
  const wanted = `${ACCOUNT.username}:${ACCOUNT.password}`;
  const refresh = form.get('refresh_token');
  if (refresh !== null) return equal(refresh, REFRESH_TOKEN) ? 'account' : 'wrong';
  const basic = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  const name = form.get('username');
  if (basic === undefined && name === null) return 'nobody';
  const given =
    basic === undefined
      ? `${name}:${form.get('password')}`
      : Buffer.from(basic, 'base64').toString('utf8');
  return equal(given, wanted) ? 'account' : 'wrong';
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
