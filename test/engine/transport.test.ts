import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect, type Client, type ConnectOptions } from '../../src/engine/client.ts';
import { demux } from '../../src/engine/demux.ts';
import type { Endpoint } from '../../src/engine/endpoint.ts';
import { folder, outputOf, startBuild } from './buildkit/support.ts';
import {
  certificates,
  endpointOf,
  privateEngine,
  relay,
  runningContainer,
  sshServer,
  type PrivateEngine,
} from './support/privateEngine.ts';

let engine: PrivateEngine;
let container: string;

beforeAll(async () => {
  engine = await privateEngine((directory) => {
    certificates(directory);
    const at = (name: string) => join(directory, name);
    const files = ['--tlscacert', at('ca.pem'), '--tlscert', at('server.pem')];
    return [
      '-H',
      'tcp://127.0.0.1:2376',
      '--tlsverify',
      ...files,
      '--tlskey',
      at('server-key.pem'),
    ];
  });
  const client = await connect(engine.endpoint);
  container = await runningContainer(client);
  client.close();
});
afterAll(() => engine?.end());

async function reach(endpoint: Endpoint, options?: ConnectOptions): Promise<Client> {
  const client = await connect(endpoint, options);
  onTestFinished(() => client.close());
  return client;
}

/** The main job over a transport: lists, an exec whose input is sent and closed before its output is read, and a build. */
async function works(client: Client) {
  const listed = await client.docker.listContainers({ all: true });
  expect(listed.map(({ Id }) => Id)).toEqual([container]);

  const run = async (Tty: boolean, text: string) => {
    const exec = await client.docker.getContainer(container).exec({
      Cmd: ['/bin/sh', '-c', 'cat; echo to-stderr >&2; exit 7'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty,
    });
    const socket = await exec.start({ hijack: true, stdin: true, Tty });
    if (Tty) await exec.resize({ h: 33, w: 101 });
    // A terminal has no end of input but Ctrl+D.
    if (Tty) socket.write(`${text}\n\u0004`);
    else socket.end(text);
    const out = { stdout: '', stderr: '' };
    for await (const { stream, data } of demux(socket, { tty: Tty }))
      out[stream] += data.toString();
    expect((await exec.inspect()).ExitCode).toBe(7);
    return out;
  };
  const long = 'a line of input\n'.repeat(20_000);
  expect(await run(false, long)).toEqual({ stdout: long, stderr: 'to-stderr\n' });
  expect((await run(true, 'typed')).stdout).toContain('typed\r\ntyped\r\nto-stderr\r\n');
  await Promise.all(Array.from({ length: 20 }, () => client.docker.listImages()));

  const context = await folder();
  await writeFile(join(context, 'file'), long);
  const { done, told } = startBuild(
    client,
    context,
    'FROM stevedore-test/sh\nCOPY file /\nRUN ["/bin/busybox", "tail", "-n", "1", "/file"]\n',
    { noCache: true },
  );
  expect((await done).image).toMatch(/^sha256:/);
  expect(outputOf(told)).toBe('a line of input\n');
  expect(told.sent.bytes).toBeGreaterThanOrEqual(long.length);
  expect(told.problems).toEqual([]);
}

describe('unix', () => {
  it('carries calls and interactive streams', async () => works(await reach(engine.endpoint)));

  it('says so when the socket is not ours to open', async () => {
    const nobody = 65_534;
    process.seteuid?.(nobody);
    try {
      await expect(connect(engine.endpoint)).rejects.toMatchObject({
        reason: 'permission',
        message: `You are not allowed to open ${engine.endpoint.url.slice('unix://'.length)}.`,
      });
    } finally {
      process.seteuid?.(0);
    }
  });
});

describe('TLS', () => {
  let way: Awaited<ReturnType<typeof relay>>;
  beforeAll(async () => {
    way = await relay(engine, 2376);
  });
  afterAll(() => way?.stop());

  const pem = (name: string) => readFileSync(join(engine.directory, `${name}.pem`));
  const secure = (tls: Partial<NonNullable<Endpoint['tls']>>) =>
    endpointOf(`tcp://127.0.0.1:${way.port}`, { tls: { skipVerify: false, ...tls } });
  const ours = () => ({ cert: pem('client'), key: pem('client-key') });

  it('carries calls and interactive streams', async () =>
    works(await reach(secure({ ca: pem('ca'), ...ours() }))));

  it('does without a known authority when told to', async () => {
    expect((await reach(secure({ skipVerify: true, ...ours() }))).apiVersion).toMatch(/^1\./);
  });

  it('says which certificate is wrong', async () => {
    const failing = (tls: Parameters<typeof secure>[0]) =>
      connect(secure(tls)).catch((error: unknown) => error);
    const untrusted = 'comes from an authority that is not trusted';
    expect(await failing(ours())).toMatchObject({
      reason: 'tls',
      message: expect.stringContaining(untrusted) as string,
    });
    expect(await failing({ ca: pem('other'), ...ours() })).toMatchObject({
      reason: 'tls',
      message: expect.stringContaining(untrusted) as string,
    });
    for (let i = 0; i < 10; i++)
      expect(await failing({ ca: pem('ca') })).toMatchObject({
        reason: 'tls',
        message: expect.stringMatching(/certificate/) as string,
      });
    const stranger = { cert: pem('other'), key: pem('other-key') };
    expect(await failing({ ca: pem('ca'), ...stranger })).toMatchObject({ reason: 'tls' });
    expect(
      await failing({ ca: pem('ca'), cert: pem('client'), key: pem('other-key') }),
    ).toMatchObject({ reason: 'tls' });
    expect(await failing({ ca: pem('ca'), cert: 'no PEM', key: 'no PEM' })).toMatchObject({
      reason: 'tls',
    });
  });

  it('says so when only one side speaks it', async () => {
    const plain = connect(endpointOf(`tcp://127.0.0.1:${way.port}`));
    await expect(plain).rejects.toMatchObject({
      reason: 'tls',
      message: expect.stringContaining('wants TLS') as string,
    });
    const { createServer, connect: dial } = await import('node:net');
    const path = engine.endpoint.url.slice('unix://'.length);
    const server = createServer((socket) => void socket.pipe(dial({ path })).pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port: open } = server.address() as { port: number };
    const wrong = connect(endpointOf(`tcp://127.0.0.1:${open}`, { tls: { skipVerify: true } }));
    await expect(wrong).rejects.toMatchObject({
      reason: 'tls',
      message: expect.stringContaining('speaks plain HTTP') as string,
    });
  });
});

describe('ssh', () => {
  let server: Awaited<ReturnType<typeof sshServer>>;
  beforeAll(async () => {
    server = await sshServer(engine.directory);
  });
  afterAll(() => server?.stop());

  const at = (path = join(engine.directory, 'docker.sock')) =>
    endpointOf(`ssh://${userInfo().username}@127.0.0.1:${server.port}${path}`);
  const children = () =>
    execFileSync('sh', ['-c', `pgrep -P ${process.pid} -x ssh | wc -l`], {
      encoding: 'utf8',
    }).trim();

  it('carries calls and interactive streams, and leaves no process behind', async () => {
    const client = await reach(at(), { ssh: { args: server.args() } });
    await works(client);
    expect(Number(children())).toBeGreaterThan(0);
    client.close();
    await expect.poll(children, { timeout: 45_000 }).toBe('0');
  });

  it('says what ssh said', async () => {
    const failing = (endpoint: Endpoint, args: readonly string[]) =>
      connect(endpoint, { ssh: { args } }).catch((error: unknown) => error);
    expect(await failing(at(), server.args('stranger'))).toMatchObject({
      reason: 'ssh',
      message: expect.stringContaining('Permission denied (publickey)') as string,
    });
    expect(await failing(at(), server.args('user', 'none'))).toMatchObject({
      reason: 'ssh',
      message: expect.stringContaining('Host key verification failed') as string,
    });
    const nobody = endpointOf('ssh://127.0.0.1:1');
    expect(await failing(nobody, server.args())).toMatchObject({
      reason: 'ssh',
      message: expect.stringContaining('Connection refused') as string,
    });
    expect(await failing(at(join(engine.directory, 'none.sock')), server.args())).toMatchObject({
      reason: 'refused',
    });
  });
});
