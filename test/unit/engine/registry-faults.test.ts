import type http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Answer } from './registry-loopback.ts';
import { open, rejection, sendJson, serve, started } from './registry-loopback.ts';

/** A registry that is well until it is asked for tags. */
const atTags =
  (answer: (response: http.ServerResponse, path: string) => void): Answer =>
  ({ path }, response) =>
    path === '/v2/' ? sendJson(response, {}) : answer(response, path);

describe('an answer that refuses', () => {
  test.each([
    [401, 'unauthorized', /wants you to sign in to list the tags of team\/app \(go away\)/],
    [403, 'forbidden', /no right to list the tags of team\/app.*sign in first/],
    [404, 'not-found', /not there \(go away\): check its name/],
    [405, 'not-supported', /does not allow/],
    [429, 'rate-limited', /asked too often.*in some minutes/],
    [500, 'server', /HTTP 500 \(go away\): try again later/],
    [302, 'not-an-engine', /sends elsewhere/],
    [418, 'bad-request', /HTTP 418/],
  ] as const)('%i', async (status, reason, message) => {
    const server = await started(
      atTags((response) =>
        sendJson(
          response,
          { errors: [{ code: 'X', message: 'go away' }] },
          status,
          status === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {},
        ),
      ),
    );
    const error = await rejection(open(server.address).tags('team/app'));
    expect([error.reason, error.status]).toEqual([reason, status]);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(server.address);
  });

  test('429: a short wait is waited, a long one told with its time', async () => {
    let left = 1;
    const server = await started(
      atTags((response) =>
        left-- > 0
          ? sendJson(response, {}, 429, { 'retry-after': '1' })
          : sendJson(response, { tags: ['a'] }),
      ),
    );
    expect((await open(server.address).tags('app')).items).toHaveLength(1);
    const long = await started(
      atTags((response) => sendJson(response, {}, 429, { 'retry-after': '7200' })),
    );
    const error = await rejection(open(long.address).tags('app'));
    expect(error.reason).toBe('rate-limited');
    expect(error.message).toMatch(/try again after \d\d:\d\d:\d\d/);
    expect(long.seen.filter(({ path }) => path.includes('tags'))).toHaveLength(1);
  });

  test('the wait can be cancelled', async () => {
    const server = await started(
      atTags((response) => sendJson(response, {}, 429, { 'retry-after': '3' })),
    );
    expect(
      (await rejection(open(server.address).tags('app', AbortSignal.timeout(100)))).reason,
    ).toBe('cancelled');
  });
});

describe('an answer that is none', () => {
  const page = '<!DOCTYPE html><html>Log in</html>';
  test.each<[string, (response: http.ServerResponse) => void, string, RegExp]>([
    [
      'a web page',
      (response) => response.end(page),
      'not-an-engine',
      /answered with a web page where JSON was due/,
    ],
    [
      'broken JSON',
      (response) => response.end('{"tags":['),
      'not-an-engine',
      /something else where JSON/,
    ],
    ['nothing', (response) => response.end(), 'not-an-engine', /nothing where JSON/],
    [
      'cut off',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"tags":');
        setTimeout(() => response.destroy(), 30);
      },
      'dropped',
      /broke off its answer after 8 bytes: try again/,
    ],
    [
      'cut off before it begins',
      (response) => response.destroy(),
      'dropped',
      /connection to .* broke/,
    ],
    [
      'too long',
      (response) => response.end(Buffer.alloc(9 << 20, 'x')),
      'server',
      /more than 8 MB/,
    ],
    ['never coming', () => undefined, 'timeout', /within 0\.4 s/],
    [
      'dripping',
      (response) => {
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      },
      'timeout',
      /within 0\.4 s/,
    ],
    [
      'in circles',
      (response) => response.writeHead(302, { location: '/v2/team/app/tags/list?again' }).end(),
      'not-an-engine',
      /in circles/,
    ],
    ['odd JSON', (response) => response.end('{"tags":{"a":1}}'), 'none', /^$/],
  ])('%s', async (_what, answer, reason, message) => {
    const server = await started(atTags(answer));
    // Only what never ends is to run out of time, however busy the machine is.
    const limit = reason === 'timeout' ? { timeoutMs: 400 } : {};
    const registry = open(server.address, undefined, limit);
    if (reason === 'none') {
      expect((await registry.tags('team/app')).items).toEqual([]);
      return;
    }
    const error = await rejection(registry.tags('team/app'));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
  });

  test.each<[string, Answer, string, RegExp]>([
    [
      'a web site',
      (_request, response) => response.end(page),
      'not-an-engine',
      /is not a registry: it answers with a web page/,
    ],
    [
      'a web site without that page',
      (_request, response) => sendJson(response, {}, 404),
      'not-an-engine',
      /HTTP 404 at \/v2\//,
    ],
    ['a broken proxy', (_request, response) => sendJson(response, {}, 502), 'server', /HTTP 502/],
    [
      'a sign-in that we do not speak',
      (_request, response) => sendJson(response, {}, 401, { 'www-authenticate': 'Negotiate' }),
      'not-supported',
      /neither Basic nor Bearer \(negotiate\)/,
    ],
  ])('%s', async (_what, answer, reason, message) => {
    const server = await started(answer);
    const error = await rejection(open(server.address).check());
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
  });

  test('something that is not HTTP at all', async () => {
    const server = net.createServer((socket) => {
      // The other side breaks the connection off first.
      socket.on('error', () => undefined);
      socket.end('220 smtp.example ESMTP\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const error = await rejection(
      open(`127.0.0.1:${(server.address() as AddressInfo).port}`).check(),
    );
    expect(error.reason).toBe('not-an-engine');
    expect(error.message).toContain('does not answer with HTTP');
  });

  test('nobody, and no such host', async () => {
    const server = await serve((_request, response) => response.end());
    await server.close();
    const refused = await rejection(open(server.address).check());
    expect([refused.reason, refused.message]).toEqual([
      'refused',
      expect.stringContaining('see that the registry runs'),
    ]);
    const unknown = await rejection(open('no-such-host.invalid').check());
    expect(unknown.reason).toBe('no-socket');
  });

  test('a failure is not kept: the next call works', async () => {
    let well = false;
    const server = await started((_request, response) =>
      well ? sendJson(response, { tags: ['a'] }) : sendJson(response, {}, 503),
    );
    const registry = open(server.address);
    expect((await rejection(registry.tags('app'))).reason).toBe('server');
    well = true;
    expect((await registry.tags('app')).items.map(({ name }) => name)).toEqual(['a']);
  });

  test('a kept-alive connection that the server has closed is replaced in silence', async () => {
    const used = new WeakSet<object>();
    const server = await started((_request, response) => {
      const { socket } = response;
      if (!socket || used.has(socket)) socket?.destroy();
      else sendJson(response, { tags: ['a'] });
      if (socket) used.add(socket);
    });
    expect((await open(server.address).tags('app')).items).toHaveLength(1);
    expect(server.seen.map(({ path }) => path)).toEqual([
      '/v2/',
      '/v2/app/tags/list?n=1000',
      '/v2/app/tags/list?n=1000',
    ]);
  });

  test('cancelling ends a request at once', async () => {
    const server = await started(atTags(() => undefined));
    const error = await rejection(open(server.address).tags('app', AbortSignal.timeout(50)));
    expect(error.reason).toBe('cancelled');
    const already = await rejection(open(server.address).tags('app', AbortSignal.abort()));
    expect(already.reason).toBe('cancelled');
  });
});

describe('pages without end', () => {
  const endless = (name: string): Answer =>
    atTags((response, path) => {
      const page = Number(new URL(path, 'http://x').searchParams.get('page') ?? 0);
      sendJson(response, { [name]: [`p${page}`] }, 200, {
        link: `</v2/x?page=${page + 1}>; rel="next"`,
      });
    });

  test('tags: ten at first, the next ten on demand', async () => {
    const server = await started(endless('tags'));
    const first = await open(server.address).tags('app');
    expect(first.items).toHaveLength(10);
    expect(server.seen.filter(({ path }) => path !== '/v2/')).toHaveLength(10);
    expect((await first.more?.())?.items.map(({ name }) => name)).toContain('p19');
  });

  test('repositories: one page at a time, empty ones passed over, and no circles', async () => {
    const server = await started(endless('repositories'));
    const listing = await open(server.address).repositories();
    if (!listing.catalogue) throw listing.why;
    expect(listing.page.items.map(({ name }) => name)).toEqual(['p0']);
    expect((await listing.page.more?.())?.items.map(({ name }) => name)).toEqual(['p1']);

    const circle = await started(
      atTags((response) =>
        sendJson(response, { repositories: [] }, 200, { link: '</v2/_catalog?n=100>; rel="next"' }),
      ),
    );
    const empty = await open(circle.address).repositories();
    expect(empty).toMatchObject({ catalogue: true, page: { items: [], more: undefined } });
  });

  test('a page size that is refused is left out', async () => {
    const server = await started(
      atTags((response, path) =>
        path.includes('n=')
          ? sendJson(response, {}, 400)
          : sendJson(response, { tags: ['a', 'a', 7, ''] }),
      ),
    );
    expect((await open(server.address).tags('app')).items.map(({ name }) => name)).toEqual(['a']);
  });

  test('a long list is shown in pages of a hundred', async () => {
    const tags = Array.from({ length: 250 }, (_value, index) => `1.${index}`);
    const server = await started(atTags((response) => sendJson(response, { tags })));
    const first = await open(server.address).tags('app');
    const second = await first.more?.();
    const third = await second?.more?.();
    expect([first.items.length, second?.items.length, third?.items.length, third?.more]).toEqual([
      100,
      100,
      50,
      undefined,
    ]);
    expect([first.items[0]?.name, third?.items.at(-1)?.name]).toEqual(['1.249', '1.0']);
    expect(server.seen).toHaveLength(2);
  });
});

describe('without a catalogue', () => {
  test.each([401, 403, 404, 405, 501])('%i says so and is no failure', async (status) => {
    const server = await started(
      atTags((response) =>
        sendJson(
          response,
          {},
          status,
          status === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {},
        ),
      ),
    );
    const listing = await open(server.address).repositories();
    expect(listing.catalogue).toBe(false);
    if (listing.catalogue) throw new Error('a catalogue was found');
    expect(listing.why.status).toBe(status);
    expect(listing.why.reason).toBe(status === 401 ? 'unauthorized' : 'not-supported');
  });
  test('but a registry that lets nobody in fails', async () => {
    const server = await started((_request, response) =>
      sendJson(response, {}, 401, { 'www-authenticate': 'Basic realm="x"' }),
    );
    expect((await rejection(open(server.address).repositories())).reason).toBe('unauthorized');
  });
  test('and a failing one fails', async () => {
    const server = await started(atTags((response) => sendJson(response, {}, 500)));
    expect((await rejection(open(server.address).repositories())).reason).toBe('server');
  });
});
