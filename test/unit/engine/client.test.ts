import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, type Client, type ConnectOptions } from '../../../src/engine/client.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import {
  bodyOf,
  scratch,
  serveEngine,
  serveRaw,
  unix,
  type EngineScript,
} from './support/servers.ts';

async function reach(endpoint: Endpoint, options?: ConnectOptions): Promise<Client> {
  const client = await connect(endpoint, options);
  onTestFinished(() => client.close());
  return client;
}

async function failure(work: Promise<unknown>): Promise<EngineError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}

const engine = async (script: EngineScript = {}) => reach((await serveEngine(script)).endpoint);

describe('connect', () => {
  it('agrees on the newest version that both speak', async () => {
    for (const [api, agreed] of [
      ['1.40', '1.40'],
      ['1.41', '1.41'],
      ['1.51', '1.51'],
      ['1.99', '1.51'],
      ['2.1', '1.51'],
    ] as const)
      expect((await engine({ api })).apiVersion).toBe(agreed);
  });

  it.each([
    [{ api: '1.39' }, /speaks API 1\.39; at least 1\.40/],
    [{ api: '1.80', oldest: '1.60' }, /wants API 1\.60 or later; Stevedore speaks up to 1\.51/],
  ])('refuses an engine too far away: %j', async (script, message) => {
    const error = await failure(engine(script));
    expect(error.reason).toBe('too-old');
    expect(error.message).toMatch(message);
  });

  it.each([
    ['HTML', 'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>'],
    ['a page that is missing', 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nnah'],
    ['another protocol', '220 mail.example ESMTP\r\n'],
    ['bytes', '\u0000\u0001\u0002\u0003\r\n\r\n'],
    ['an odd version', 'HTTP/1.1 200 OK\r\nApi-Version: new\r\nContent-Length: 2\r\n\r\nOK'],
    ['no version at all', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK'],
  ])('tells %s from an engine', async (_what, answer) => {
    const { endpoint } = await serveRaw((socket) => socket.once('data', () => socket.end(answer)));
    const error = await failure(connect(endpoint));
    expect(error.reason).toBe('not-an-engine');
    expect(error.message).toContain(endpoint.url.slice('unix://'.length));
  });

  it('gives up on one that says nothing, or takes for ever', async () => {
    const silent = await serveRaw(() => {});
    expect((await failure(connect(silent.endpoint, { answerTimeout: 100 }))).reason).toBe(
      'timeout',
    );
    const slow = await serveRaw((socket) => {
      const drip = setInterval(() => socket.write('H'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const error = await failure(connect(slow.endpoint, { answerTimeout: 200 }));
    expect(['timeout', 'not-an-engine']).toContain(error.reason);
  });

  it('tells why there is no connection', async () => {
    const directory = await scratch();
    const absent = await failure(connect(unix(join(directory, 'none.sock'))));
    expect(absent).toMatchObject({ reason: 'no-socket' });
    expect(absent.message).toBe(`There is no engine socket at ${join(directory, 'none.sock')}.`);
    await writeFile(join(directory, 'file'), '');
    expect((await failure(connect(unix(join(directory, 'file'))))).reason).toBe('refused');
    const closed = { name: 't', url: 'tcp://127.0.0.1:1', source: 't', host: '127.0.0.1' };
    expect((await failure(connect(closed))).reason).toBe('refused');
    const hangup = await serveRaw((socket) => socket.destroy());
    expect((await failure(connect(hangup.endpoint))).reason).toBe('dropped');
    const odd = { ...closed, url: 'gopher://x' };
    expect((await failure(connect(odd))).reason).toBe('config');
  });

  it('finds a socket that was left behind refused', async () => {
    const path = join(await scratch(), 'stale.sock');
    const child = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)},()=>console.log('up'))`,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await failure(connect(unix(path)))).reason).toBe('refused');
  });

  it('is cancelled by its signal', async () => {
    const { endpoint } = await serveRaw(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    expect((await failure(connect(endpoint, { signal: controller.signal }))).reason).toBe(
      'cancelled',
    );
    expect((await failure(connect(endpoint, { signal: controller.signal }))).reason).toBe(
      'cancelled',
    );
  });

  it('reads nothing of DOCKER_HOST', async () => {
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    onTestFinished(() => void delete process.env['DOCKER_HOST']);
    const client = await engine({ onRequest: (_request, response) => response.end('[]') });
    expect(await client.docker.listContainers()).toEqual([]);
  });
});

describe('calls through dockerode', () => {
  it('puts options where the engine looks for them', async () => {
    const seen: {
      method: string | undefined;
      url: string | undefined;
      body: string;
      request: IncomingMessage;
    }[] = [];
    const client = await engine({
      onRequest(request, response) {
        void bodyOf(request).then((body) => {
          seen.push({ method: request.method, url: request.url, body, request });
          response.end('{"Id":"abc"}');
        });
      },
    });
    const { docker } = client;
    await docker.createContainer({
      name: 'a b',
      Image: 'i',
      Env: ['SECRET=1'],
      platform: 'linux/arm64',
    });
    await docker.getContainer('x').stop({ t: 3 });
    await docker.getContainer('x').start();
    await docker.listContainers({ all: true, filters: { label: ['a=b&c'] } });
    await docker.getImage('h:5000/é name?:t#1').inspect();
    await docker.createNetwork({ Name: 'n' });
    await docker.getExec('e').inspect();
    expect(seen.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST /v1.41/containers/create?name=a+b&platform=linux%2Farm64 {"name":"a b","Image":"i","Env":["SECRET=1"],"platform":"linux/arm64"}',
      'POST /v1.41/containers/x/stop?t=3 ',
      'POST /v1.41/containers/x/start ',
      'GET /v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22a%3Db%26c%22%5D%7D ',
      'GET /v1.41/images/h:5000/%C3%A9%20name%3F:t%231/json ',
      'POST /v1.41/networks/create {"Name":"n"}',
      'GET /v1.41/exec/e/json ',
    ]);
    expect(seen[0]?.request.headers['content-type']).toBe('application/json');
  });

  it('sends credentials in their header alone', async () => {
    let header: unknown;
    let url: string | undefined;
    const client = await engine({
      onRequest(request, response) {
        header = request.headers['x-registry-auth'];
        ({ url } = request);
        response.end('{"status":"done"}\n');
      },
    });
    const auth = { username: 'me', password: 'ü>?~s3cret', serveraddress: 'h' };
    const stream = await client.docker.getImage('a').push({ authconfig: auth, tag: 't' });
    stream.resume();
    await once(stream, 'close');
    expect(url).toBe('/v1.41/images/a/push?tag=t');
    expect(JSON.parse(Buffer.from(String(header), 'base64url').toString())).toEqual(auth);
    expect(String(header)).not.toMatch(/[+/]/);
  });

  it.each([
    [400, '{"message":"bad parameter"}', 'bad-request', 'bad parameter'],
    [401, '{"message":"who?"}', 'unauthorized', 'who?'],
    [403, '{"message":"no"}', 'forbidden', 'no'],
    [404, '{"message":"No such container: x"}', 'not-found', 'No such container: x'],
    [409, '{"message":"is running"}', 'conflict', 'is running'],
    [429, '{"message":"slow down"}', 'rate-limited', 'slow down'],
    [500, '{"cause":"eh","message":"oh: eh","response":500}', 'server', 'oh: eh'],
    [500, '{"cause":"eh","response":500}', 'server', 'eh'],
    [
      500,
      '{"cause":"no such container","message":"container x does not exist in database: no such container"}',
      'not-found',
      /no such container/,
    ],
    [404, 'page not found', 'not-supported', /does not offer \/v1.41\/containers\/x\/json/],
    [404, 'No such container: x\r\n', 'not-found', 'No such container: x'],
    [502, '<html><h1>Bad Gateway</h1></html>', 'server', /answered with status 502/],
    [500, '', 'server', /answered with status 500/],
    [400, 'Client sent an HTTP request to an HTTPS server.\n', 'tls', /wants TLS/],
    [301, '', 'not-an-engine', /not a container engine/],
    [200, '<html>', 'not-an-engine', /not a container engine/],
  ])('turns %d %s into %s', async (status, body, reason, message) => {
    const client = await engine({
      onRequest: (_request, response) => response.writeHead(status).end(body),
    });
    const error = await failure(client.docker.getContainer('x').inspect());
    expect(error.reason).toBe(reason);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
    if (status === 200) return;
    const streamed = await failure(client.request({ path: '/containers/x/json', as: 'stream' }));
    expect([streamed.reason, streamed.message]).toEqual([error.reason, error.message]);
  });

  it('takes 304 for success', async () => {
    const client = await engine({
      onRequest: (_request, response) => response.writeHead(304).end(),
    });
    await expect(client.docker.getContainer('x').start()).resolves.toBeDefined();
  });

  it('gives a log that happens to be JSON as it is', async () => {
    const client = await engine({ onRequest: (_request, response) => response.end('123') });
    const log = await client.docker.getContainer('x').logs({ stdout: true });
    expect(log.toString()).toBe('123');
    expect(Buffer.isBuffer(log)).toBe(true);
  });

  it('follows progress to its end, whatever the chunks, and rejects with an error in it', async () => {
    const client = await engine({
      onRequest(request, response) {
        const bytes = Buffer.from(
          '{"stream":"héllo"}\r\n{"error":"denied","errorDetail":{"message":"denied"}}',
        );
        for (const byte of request.url?.includes('whole') ? [bytes] : bytes)
          response.write(Buffer.from(typeof byte === 'number' ? [byte] : byte));
        response.end();
      },
    });
    for (const tag of ['whole', 'bytes']) {
      const stream = await client.docker.getImage('a').push({ tag });
      const [error, seen] = await new Promise<[Error | null, unknown[]]>((resolve) =>
        client.docker.modem.followProgress(stream, (failed, all: unknown[]) =>
          resolve([failed, all]),
        ),
      );
      expect(error).toMatchObject({ reason: 'server', message: 'denied' });
      expect(seen[0]).toEqual({ stream: 'héllo' });
    }
  });
});
