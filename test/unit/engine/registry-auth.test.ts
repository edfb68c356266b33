import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/engine/credentials.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import type { Answer } from './registry-loopback.ts';
import { open, rejection, sendJson, started } from './registry-loopback.ts';
import { BASIC, tester, tokenRegistry } from './registry-tokens.ts';

describe('Basic', () => {
  const registry = () =>
    started(({ authorization }, response) =>
      authorization === BASIC
        ? sendJson(response, { tags: ['a'] })
        : sendJson(response, {}, 401, { 'www-authenticate': 'Basic realm="a, b"' }),
    );

  test('the credential is sent once it is asked for, and from then on at once', async () => {
    const server = await registry();
    const opened = open(server.address, tester);
    await opened.check();
    await opened.tags('app');
    expect(server.seen.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
      BASIC,
      BASIC,
    ]);
  });

  test('without one, and with a wrong one', async () => {
    const server = await registry();
    expect((await rejection(open(server.address).check())).message).toContain(
      'wants you to sign in',
    );
    const wrong = await rejection(
      open(server.address, { username: 'tester', secret: 'wr0ng' }).check(),
    );
    expect([wrong.reason, wrong.message]).toEqual([
      'unauthorized',
      expect.stringContaining('did not accept your sign-in'),
    ]);
    expect(server.seen.filter(({ authorization }) => authorization)).toHaveLength(1);
  });

  test('a new sign-in is taken up without opening anew', async () => {
    const server = await registry();
    let current: Credential = { username: 'tester', secret: 'old' };
    const opened = open(server.address, undefined, {
      credentials: { getCredentials: () => Promise.resolve(current) },
    });
    expect((await rejection(opened.check())).reason).toBe('unauthorized');
    current = tester;
    await opened.check();
  });

  test('a helper that fails says so, and only where a credential is wanted', async () => {
    const failing = {
      getCredentials: () => Promise.reject(new EngineError('config', 'helper broken')),
    };
    const server = await registry();
    expect(
      (await rejection(open(server.address, undefined, { credentials: failing }).check())).message,
    ).toBe('helper broken');
    const free = await started((_request, response) => sendJson(response, { tags: ['a'] }));
    expect(
      (await open(free.address, undefined, { credentials: failing }).tags('app')).items,
    ).toHaveLength(1);
  });

  test('an error never shows the secret, even when it is echoed', async () => {
    const server = await started(({ authorization, path }, response) =>
      path === '/v2/' || authorization
        ? sendJson(
            response,
            { errors: [{ message: `bad ${authorization} s3cret` }] },
            authorization ? 500 : 401,
            { 'www-authenticate': 'Basic realm="x"' },
          )
        : sendJson(response, {}, 401, { 'www-authenticate': 'Basic realm="x"' }),
    );
    const error = await rejection(open(server.address, tester).check());
    expect(error.reason).toBe('server');
    const shown = `${error.message} ${error.detail} ${error.stack}`;
    expect(shown).not.toContain('s3cret');
    expect(shown).not.toContain(BASIC.slice(6));
    expect(shown).toContain('•••');
  });
});

describe('Bearer', () => {
  test('one token for each scope, used until it runs out', async () => {
    const { registry, tokens } = await tokenRegistry();
    const opened = open(registry.address, tester);
    await opened.tags('team/a');
    await opened.tags('team/a');
    await Promise.all([opened.tags('team/b'), opened.tags('team/b'), opened.tags('team/b')]);
    const asked = tokens.seen.map(({ path }) => new URL(path, 'http://x').searchParams);
    expect(asked.map((query) => query.get('scope'))).toEqual([
      'repository:team/a:pull',
      'repository:team/b:pull',
    ]);
    expect(asked[0]?.get('service')).toBe('reg, test');
    expect(asked[0]?.get('account')).toBe('tester');
    expect(tokens.seen.every(({ authorization }) => authorization === BASIC)).toBe(true);
    // The password goes to the token server, and never to the registry.
    expect(registry.seen.some(({ authorization }) => authorization?.startsWith('Basic'))).toBe(
      false,
    );
  });

  test('a challenge without a scope is met with what the request needs', async () => {
    const { registry, tokens } = await tokenRegistry({ scopeless: true });
    await open(registry.address, tester).tags('team/a');
    expect(tokens.seen[0]?.path).toContain(encodeURIComponent('repository:team/a:pull'));
  });

  test('a token that ran out or was revoked is replaced, once', async () => {
    const short = await tokenRegistry({ lifetime: 0.02 });
    const opened = open(short.registry.address, tester);
    await opened.tags('team/a');
    await new Promise((resolve) => setTimeout(resolve, 40));
    await opened.tags('team/a');
    expect(short.tokens.seen).toHaveLength(2);

    const long = await tokenRegistry();
    const other = open(long.registry.address, tester);
    await other.tags('team/a');
    long.revoke();
    expect((await other.tags('team/a')).items).toHaveLength(1);
    expect(long.tokens.seen).toHaveLength(2);
  });

  test('nobody gets a token too, and is told to sign in where that is not enough', async () => {
    const { registry } = await tokenRegistry();
    const opened = open(registry.address);
    expect((await opened.tags('public/a')).items).toHaveLength(1);
    const error = await rejection(opened.tags('team/a'));
    expect([error.reason, error.message]).toEqual([
      'unauthorized',
      expect.stringContaining('wants you to sign in to list the tags of team/a'),
    ]);
    const listing = await opened.repositories();
    expect(listing).toMatchObject({ catalogue: false, why: { reason: 'unauthorized' } });
  });

  test('an identity token goes by POST, a password where GET is unknown', async () => {
    const identity = await tokenRegistry();
    await open(identity.registry.address, { identityToken: 'refresh' }).tags('team/a');
    expect(
      identity.tokens.seen.map(({ method, body }) => [
        method,
        new URLSearchParams(body).get('grant_type'),
      ]),
    ).toEqual([['POST', 'refresh_token']]);
    expect(identity.tokens.seen[0]?.path).toBe('/token');

    const postOnly = await tokenRegistry({ methods: ['POST'] });
    await open(postOnly.registry.address, tester).tags('team/a');
    expect(postOnly.tokens.seen.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  test.each<[string, Credential]>([
    ['password', { username: 'tester', secret: 'wr0ng' }],
    ['identity token', { identityToken: 'wr0ng' }],
  ])('a wrong %s', async (_what, credential) => {
    const { registry } = await tokenRegistry();
    const error = await rejection(open(registry.address, credential).check());
    expect([error.reason, error.message]).toEqual([
      'unauthorized',
      expect.stringContaining('did not accept your sign-in'),
    ]);
    expect(`${error.message} ${error.detail}`).not.toContain('wr0ng');
  });

  test('somebody signed in without the right is told that, not to sign in', async () => {
    const tokens = await started((_request, response) => sendJson(response, { token: 't' }));
    const registry = await started((_request, response) =>
      sendJson(response, {}, 401, {
        'www-authenticate': `Bearer realm="${tokens.url}/",error="insufficient_scope"`,
      }),
    );
    const error = await rejection(open(registry.address, tester).tags('app'));
    expect(error.reason).toBe('forbidden');
    expect(tokens.seen).toHaveLength(1);
  });

  test.each<[string, Answer, string, RegExp]>([
    [
      'fails',
      (_request, response) => sendJson(response, {}, 500),
      'server',
      /failed to give out a token/,
    ],
    [
      'answers without a token',
      (_request, response) => sendJson(response, null),
      'not-an-engine',
      /answered without one/,
    ],
    [
      'answers with a page',
      (_request, response) => response.end('<html>'),
      'not-an-engine',
      /answered without one/,
    ],
  ])('a token server that %s', async (_what, answer, reason, message) => {
    const tokens = await started(answer);
    const registry = await started((_request, response) =>
      sendJson(response, {}, 401, { 'www-authenticate': `Bearer realm="${tokens.url}/t"` }),
    );
    const error = await rejection(open(registry.address, tester).check());
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
  });

  test('a password is not sent elsewhere without TLS, nor to what is no address', async () => {
    const registry = (realm: string) =>
      started((_request, response) =>
        sendJson(response, {}, 401, { 'www-authenticate': `Bearer realm="${realm}"` }),
      );
    const plain = await rejection(
      open((await registry('http://tokens.example/t')).address, tester).check(),
    );
    expect([plain.reason, plain.message]).toEqual([
      'tls',
      expect.stringContaining('without TLS, which was not done'),
    ]);
    expect(
      (await rejection(open((await registry('nowhere')).address, tester).check())).reason,
    ).toBe('not-an-engine');
  });
});
