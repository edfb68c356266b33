import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, Readable, type Stream } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect, type Client } from '../../../src/engine/client.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { createTransport } from '../../../src/engine/transport/agent.ts';
import { exchange } from '../../../src/engine/transport/exchange.ts';
import { connectionError, where } from '../../../src/engine/transport/failures.ts';
import { sshArguments } from '../../../src/engine/transport/ssh.ts';
import { serveEngine, serveRaw, type EngineScript } from './support/servers.ts';

async function engine(script: EngineScript): Promise<Client & { readonly accepted: () => number }> {
  const served = await serveEngine(script);
  const client = await connect(served.endpoint);
  onTestFinished(() => client.close());
  return { ...client, accepted: served.accepted };
}

/** Waits for the end of a stream, whether it ends with an error or not. */
const closed = (stream: Stream) => new Promise((resolve) => stream.once('close', resolve));

const at = (url: string): Endpoint => ({ name: 't', url, source: 't', host: 'h' });

describe('an answer that is cut off', () => {
  it('rejects a call that waits for the whole of it', async () => {
    const client = await engine({
      onRequest(_request, response) {
        response.writeHead(200, { 'Content-Length': 1000 }).write('[{"Id":');
        setTimeout(() => response.destroy(), 10);
      },
    });
    await expect(client.docker.listContainers()).rejects.toMatchObject({ reason: 'dropped' });
  });

  it('fails a stream, after what there was of it, with an EngineError', async () => {
    const client = await engine({
      onRequest(_request, response) {
        response.write('{"n":1}\n');
        setTimeout(() => response.destroy(), 10);
      },
    });
    const stream = await client.request({ path: '/events', as: 'stream' });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream) seen.push(String(chunk));
    })();
    await expect(reading).rejects.toMatchObject({ name: 'EngineError', reason: 'dropped' });
    expect(seen).toEqual(['{"n":1}\n']);
  });

  it('does not bring the process down when nobody reads the stream', async () => {
    const client = await engine({
      onRequest(_request, response) {
        response.write('x');
        setTimeout(() => response.destroy(), 5);
      },
    });
    const stream = await client.request({ path: '/events', as: 'stream' });
    await closed(stream.resume());
    expect(stream.errored).toMatchObject({ reason: 'dropped' });
  });
});

describe('a signal', () => {
  it('ends a call that waits, and the connection below it', async () => {
    let ended: Promise<unknown> | undefined;
    const client = await engine({
      onRequest: (_request, response) => void (ended = closed(response)),
    });
    const controller = new AbortController();
    const call = client.docker.listContainers({ abortSignal: controller.signal });
    await vi.waitFor(() => expect(ended).toBeDefined());
    controller.abort();
    await expect(call).rejects.toMatchObject({ reason: 'cancelled' });
    await ended;
  });

  it('ends a stream, and an answer half read', async () => {
    const open = new Set<unknown>();
    const client = await engine({
      onRequest(_request, response) {
        open.add(response);
        response.on('close', () => open.delete(response));
        response.write('[1,');
      },
    });
    const controller = new AbortController();
    const { signal } = controller;
    const stream = await client.request({ path: '/events', as: 'stream', signal });
    const whole = client.request({ path: '/containers/json', as: 'json', signal });
    whole.catch(() => {});
    await vi.waitFor(() => expect(open.size).toBe(2));
    controller.abort();
    await closed(stream);
    expect(stream.errored).toMatchObject({ reason: 'cancelled' });
    await expect(whole).rejects.toMatchObject({ reason: 'cancelled' });
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  it('ends an error half told', async () => {
    const open = new Set<unknown>();
    const client = await engine({
      onRequest(_request, response) {
        open.add(response);
        response.on('close', () => open.delete(response));
        response.writeHead(500).write('{"mess');
      },
    });
    const signal = AbortSignal.timeout(100);
    const call = client.request({ path: '/info', as: 'json', signal });
    await expect(call).rejects.toMatchObject({ reason: 'cancelled' });
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  it('ends a call that is still queued for a connection', async () => {
    const client = await engine({ onRequest: () => {} });
    const controller = new AbortController();
    const calls = Array.from({ length: 30 }, () =>
      client.request({ path: '/info', as: 'json', signal: controller.signal }),
    );
    const settled = Promise.allSettled(calls);
    setTimeout(() => controller.abort(), 20);
    const reasons = (await settled).map(
      (result) => result.status === 'rejected' && (result.reason as { reason: string }).reason,
    );
    expect(new Set(reasons)).toEqual(new Set(['cancelled']));
  });

  it('may give back a connection that was refused to it, as Node.js 24 does', async () => {
    const transport = createTransport(at('unix:///nowhere'));
    transport.close();
    const agent = transport.agent('read') as Agent & {
      createConnection(): Duplex;
      keepSocketAlive(socket: Duplex): unknown;
    };
    const call = request({ agent }).end();
    const failed = once(call, 'error');
    call.destroy();
    await failed;
    const socket = agent.createConnection();
    const broken = once(socket, 'error');
    expect(() => agent.keepSocketAlive(socket)).not.toThrow();
    await expect(broken).resolves.toMatchObject([{ reason: 'cancelled' }]);
  });
});

describe('lanes', () => {
  it('bound the connections of reads, and keep them', async () => {
    const client = await engine({
      onRequest: (_request, response) => void setTimeout(() => response.end('[]'), 2),
    });
    await Promise.all(Array.from({ length: 100 }, () => client.docker.listContainers()));
    expect(client.accepted()).toBeLessThanOrEqual(8);
    const before = client.accepted();
    for (let i = 0; i < 20; i++) await client.docker.listContainers();
    expect(client.accepted()).toBe(before);
  });

  it('let neither streams nor long calls keep a read waiting', async () => {
    const client = await engine({
      onRequest(request, response) {
        if (request.url?.includes('/json')) response.end('[]');
        else if (request.method === 'GET') response.write('\n');
      },
    });
    const streams = Array.from({ length: 60 }, () =>
      client.request({ path: '/events', as: 'stream' }),
    );
    const opened = await Promise.all(streams);
    const long = Array.from({ length: 60 }, (_, i) =>
      i % 2 ? client.docker.getContainer('c').stop() : client.docker.getContainer('c').wait(),
    );
    for (const call of long) call.catch(() => {});
    expect(await client.docker.listContainers()).toEqual([]);
    client.close();
    const ends = await Promise.allSettled(long);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(opened.length).toBe(60);
  });
});

describe('a connection that the engine closed while it was idle', () => {
  const response = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\n{}';
  /** Answers one request on each connection, and closes it without a word when a second comes. */
  const impatient = (socket: Socket) => {
    socket.once('data', () => {
      socket.write(response);
      socket.once('data', () => socket.destroy());
    });
  };

  it('costs a read nothing, and is told of a change that may have happened', async () => {
    const { endpoint, accepted } = await serveRaw(impatient);
    const client = await connect(endpoint);
    onTestFinished(() => client.close());
    expect(accepted()).toBe(2);
    expect(await client.request({ path: '/info', as: 'json' })).toEqual({});
    const write = () => client.request({ method: 'POST', path: '/containers/prune', as: 'json' });
    expect(await write()).toEqual({});
    await expect(write()).rejects.toMatchObject({ reason: 'dropped' });
    expect(await write()).toEqual({});
  });

  it('is tried again once only', async () => {
    let requests = 0;
    const { endpoint } = await serveRaw((socket) => {
      socket.on('data', () => {
        if (++requests <= 2) socket.write(response);
        else socket.destroy();
      });
    });
    const client = await connect(endpoint);
    onTestFinished(() => client.close());
    await expect(client.request({ path: '/info', as: 'json' })).rejects.toMatchObject({
      reason: 'dropped',
    });
    expect(requests).toBe(4);
  });
});

describe('an upgrade', () => {
  it('keeps the bytes that came with its head, and carries both ways', async () => {
    const client = await engine({
      onUpgrade(_request, socket) {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst ');
        socket.pipe(socket);
      },
    });
    const socket = await client.request({
      method: 'POST',
      path: '/exec/x/start',
      body: {},
      as: 'upgrade',
    });
    socket.end('second');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toBe('first second');
  });

  it('says when something swallowed it', async () => {
    const client = await engine({
      onUpgrade: (_request, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    });
    const call = client.request({ method: 'POST', path: '/exec/x/start', as: 'upgrade' });
    await expect(call).rejects.toMatchObject({ reason: 'not-supported' });
  });

  it('ends with its signal, and with the client', async () => {
    const client = await engine({
      onUpgrade: (_request, socket) =>
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'),
    });
    const controller = new AbortController();
    const call = { method: 'POST', path: '/exec/x/start', as: 'upgrade' } as const;
    const first = await client.request({ ...call, signal: controller.signal });
    const second = await client.request(call);
    controller.abort();
    await closed(first);
    expect(first.errored).toMatchObject({ reason: 'cancelled' });
    client.close();
    await closed(second);
    await expect(client.request({ path: '/info', as: 'json' })).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });
});

describe('an upload', () => {
  it("that can't be read fails the call with its reason", async () => {
    const client = await engine({ onRequest: (request) => request.resume() });
    const body = Readable.from(
      (async function* () {
        yield Buffer.alloc(10);
        throw new Error('disk on fire');
      })(),
    );
    const call = client.request({ method: 'POST', path: '/build', body, as: 'stream' });
    await expect(call).rejects.toMatchObject({
      reason: 'bad-request',
      message: expect.stringContaining('disk on fire') as string,
    });
  });

  it('that the engine refuses is no longer read', async () => {
    const client = await engine({
      onRequest: (_request, response) =>
        response.writeHead(413, { Connection: 'close' }).end('{"message":"too much"}'),
    });
    const body = Readable.from(
      (async function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    const call = client.request({ method: 'POST', path: '/build', body, as: 'stream' });
    await expect(call).rejects.toMatchObject({ name: 'EngineError' });
    await vi.waitFor(() => expect(body.destroyed).toBe(true));
  });
});

describe('errors of the connection', () => {
  it.each([
    ['ENOENT', 'unix:///x', 'no-socket'],
    ['ENOTFOUND', 'tcp://h:1', 'no-socket'],
    ['EACCES', 'unix:///x', 'permission'],
    ['ECONNREFUSED', 'unix:///x', 'refused'],
    ['EHOSTUNREACH', 'tcp://h:1', 'refused'],
    ['ETIMEDOUT', 'tcp://h:1', 'timeout'],
    ['ECONNRESET', 'tcp://h:1', 'dropped'],
    ['EPIPE', 'tcp://h:1', 'dropped'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tcp://h:1', 'tls'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tcp://h:1', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tcp://h:1', 'tls'],
    ['CERT_HAS_EXPIRED', 'tcp://h:1', 'tls'],
    ['HPE_INVALID_CONSTANT', 'tcp://h:1', 'not-an-engine'],
  ])('%s at %s is %s, and its sentence names the place', (code, url, reason) => {
    const error = connectionError(Object.assign(new Error(`x ${code}`), { code }), at(url));
    expect(error.reason).toBe(reason);
    expect(error.message).toContain(where(at(url)));
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.message).not.toContain(code);
  });

  it('write a pipe the way Windows does, and no password', () => {
    expect(where(at('npipe:////./pipe/docker_engine'))).toBe('\\\\.\\pipe\\docker_engine');
    expect(where(at('ssh://me:s3cret@h:22/x'))).toBe('ssh://me@h:22/x');
  });

  it('come within the time for connecting', async () => {
    // A TLS client waits for the answer to its greeting, which never comes.
    const { createServer } = await import('node:net');
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const transport = createTransport(
      { ...at(`tcp://127.0.0.1:${port}`), tls: { skipVerify: true } },
      { connectTimeout: 50 },
    );
    onTestFinished(() => transport.close());
    const call = exchange(transport, { method: 'GET', path: '/_ping', lane: 'read' });
    await expect(call).rejects.toMatchObject({ reason: 'timeout' });
  });
});

describe('the arguments of ssh', () => {
  it('name the user, port and socket, each as a word of its own', () => {
    expect(sshArguments(at('ssh://me@h:2222/run/a b.sock')).slice(-11)).toEqual([
      '-T',
      '-l',
      'me',
      '-p',
      '2222',
      '--',
      'h',
      'docker',
      "--host='unix:///run/a b.sock'",
      'system',
      'dial-stdio',
    ]);
    expect(sshArguments(at('ssh://h')).slice(-6)).toEqual([
      '-T',
      '--',
      'h',
      'docker',
      'system',
      'dial-stdio',
    ]);
    expect(sshArguments(at("ssh://h/a';reboot;'")).at(-3)).toBe(
      `--host='unix:///a'\\'';reboot;'\\'''`,
    );
    expect(sshArguments(at('ssh://h'))).toContain('BatchMode=yes');
  });

  it.each([
    'ssh://-oProxyCommand=reboot',
    'ssh://-oProxyCommand=reboot@h',
    'ssh://%2DoProxyCommand=reboot@h',
    'ssh://me:s3cret@h',
    'ssh://h/x?y',
    'ssh://',
  ])('refuse %s', (url) => {
    expect(() => sshArguments(at(url))).toThrow(
      expect.objectContaining({ reason: 'config' }) as Error,
    );
    expect(() => sshArguments(at(url))).toThrow(/^(?!.*s3cret)/);
  });

  it('lead to words when there is no such program', async () => {
    const transport = createTransport(at('ssh://h'), { ssh: { program: '/nonexistent/ssh' } });
    onTestFinished(() => transport.close());
    const call = exchange(transport, { method: 'GET', path: '/_ping', lane: 'read' });
    await expect(call).rejects.toMatchObject({
      reason: 'ssh',
      message: expect.stringContaining('was not found') as string,
    });
  });
});
