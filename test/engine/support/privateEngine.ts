import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tar from 'tar-stream';
import { engineEnv } from '../../../scripts/lib/engine-env.ts';
import { staticBusybox } from '../../../scripts/lib/busybox.ts';
import { connect, type Client } from '../../../src/engine/client.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { installedEngine } from '../bed/environment.ts';
import { preparePrivilegeSeparation } from '../bed/sshd.ts';

/** An engine of this test's own, of the same generation as the bed's, in a network namespace of its own. */
export interface PrivateEngine {
  readonly directory: string;
  readonly endpoint: Endpoint;
  pid(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and removes its directory. */
  end(): Promise<void>;
}

export const endpointOf = (url: string, more: Partial<Endpoint> = {}): Endpoint => ({
  name: 'test',
  url,
  source: 'test',
  host: 'localhost',
  ...more,
});

/** The bed's own dockerd with what it needs around it; where the bed is Podman's, the older generation's. */
function program(): { path: string; env: NodeJS.ProcessEnv } {
  const installed = installedEngine();
  return { path: join(installed.bin, 'dockerd'), env: engineEnv(installed) };
}

/** Starts dockerd with the given further arguments, and waits until it answers. */
export async function privateEngine(
  args: (directory: string) => readonly string[] = () => [],
): Promise<PrivateEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'stevedore-engine-'));
  const endpoint = endpointOf(`unix://${directory}/docker.sock`);
  let child: ChildProcess | undefined;

  async function start() {
    const { path, env } = program();
    const own = ['-H', endpoint.url, '--data-root', join(directory, 'data')];
    own.push('--exec-root', join(directory, 'exec'), '--pidfile', join(directory, 'pid'));
    own.push('--bip', '172.31.0.1/16', ...args(directory));
    const script = 'ip link set lo up; exec "$0" "$@"';
    const log: string[] = [];
    const started = spawn(
      'unshare',
      ['--net', '--mount', '--propagation', 'private', 'sh', '-c', script, path, ...own],
      { env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child = started;
    started.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
    for (const deadline = Date.now() + 50_000; ; await sleep(50)) {
      if (started.exitCode !== null || Date.now() > deadline)
        throw new Error(`dockerd did not start:\n${log.join('').slice(-2000)}`);
      try {
        (await connect(endpoint)).close();
        return;
      } catch {
        // Not up yet; the deadline above ends the waiting.
        continue;
      }
    }
  }

  async function stop() {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill();
    await once(running, 'exit');
  }

  await start();
  return {
    directory,
    endpoint,
    pid: () => child?.pid ?? 0,
    start,
    stop,
    async end() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes an image with a shell and nothing else, `stevedore-test/sh`, and a container that runs for ever. */
export async function runningContainer(client: Client): Promise<string> {
  const pack = tar.pack();
  pack.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(await staticBusybox()));
  for (const name of ['sh', 'cat', 'sleep', 'stty'])
    pack.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  const path = '/images/create?fromSrc=-&repo=stevedore-test/sh';
  await client.request({ method: 'POST', path, body: Buffer.concat(chunks), as: 'bytes' });
  const container = await client.docker.createContainer({
    Image: 'stevedore-test/sh',
    Cmd: ['/bin/sleep', '100000'],
    // The main process of a container ignores SIGTERM, and an engine that stops would wait for it.
    StopSignal: 'SIGKILL',
  });
  await container.start();
  return container.id;
}

/** A private certificate authority with a server's and a client's certificate, and another that nobody knows. */
export function certificates(directory: string): void {
  const openssl = (line: string) =>
    execFileSync('openssl', line.split(' '), { cwd: directory, stdio: 'pipe' });
  const make = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const named = (name: string) => `-subj /CN=${name} -keyout ${name}-key.pem -out ${name}.pem`;
  const signed = `${make} -CA ca.pem -CAkey ca-key.pem -addext basicConstraints=critical,CA:FALSE`;
  openssl(`${make} ${named('ca')}`);
  openssl(`${make} ${named('other')}`);
  openssl(`${signed} ${named('server')} -addext subjectAltName=IP:127.0.0.1`);
  openssl(`${signed} ${named('client')} -addext extendedKeyUsage=clientAuth`);
}

/** Reaches a TCP port inside an engine's network namespace from ours, where another engine's rules must not be touched. */
export async function relay(engine: PrivateEngine, port: number) {
  const path = join(engine.directory, `relay-${port}.sock`);
  const script = `
    const net = require('node:net');
    net.createServer({ allowHalfOpen: true }, (a) => {
      const b = net.connect({ port: ${port}, host: '127.0.0.1', allowHalfOpen: true });
      a.pipe(b).pipe(a);
      a.on('error', () => b.destroy());
      b.on('error', () => a.destroy());
    }).listen(${JSON.stringify(path)}, () => console.log('up'));`;
  const args = ['-t', String(engine.pid()), '-n', process.execPath, '-e', script];
  const child = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const server = net.createServer({ allowHalfOpen: true }, (a) => {
    const b = net.connect({ path, allowHalfOpen: true });
    a.pipe(b).pipe(a);
    a.on('error', () => b.destroy());
    b.on('error', () => a.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: outer } = server.address() as net.AddressInfo;
  return {
    port: outer,
    stop() {
      server.close();
      child.kill();
    },
  };
}

/** An sshd on loopback that lets this user in with a key of its own; `args` are for ssh. */
export async function sshServer(directory: string) {
  const { bin, lib, cli } = installedEngine();
  const at = (name: string) => join(directory, name);
  for (const name of ['host', 'user', 'stranger'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  await writeFile(at('authorized'), await readFile(at('user.pub')));
  await writeFile(at('known'), `[127.0.0.1]:${port} ${await readFile(at('host.pub'), 'utf8')}`);
  await writeFile(at('none'), '');
  await writeFile(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      `PidFile ${at('sshd.pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      `SetEnv PATH=${[cli, process.env['PATH']].join(delimiter)}`,
    ].join('\n'),
  );
  await preparePrivilegeSeparation(directory);
  const child = spawn(join(bin, 'sshd'), ['-D', '-e', '-f', at('sshd_config')], {
    env: { ...process.env, LD_LIBRARY_PATH: lib },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(child.stderr, 'data');
  const args = (key = 'user', known = 'known') => {
    const options = [`IdentityFile=${at(key)}`, `UserKnownHostsFile=${at(known)}`];
    options.push('IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'LogLevel=ERROR');
    return ['-F', 'none', ...options.flatMap((option) => ['-o', option])];
  };
  return { port, args, stop: () => void child.kill() };
}
