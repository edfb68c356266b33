import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Certificates } from './certificates.ts';
import { engineEnv } from './engine-env.ts';
import { ensureEngine } from './engines.ts';
import type { InstalledEngine } from './engines.ts';
import { inNamespace, requireNamespace } from './namespace.ts';
import { podmanService } from './podman.ts';
import type { Service } from './process.ts';
import { ask, isGone, startService, stopProcess, untilReady } from './process.ts';

export interface EngineOptions {
  readonly installed: InstalledEngine;
  /** Holds the socket, data root, log and state; keep it short, for a socket's path has at most 107 bytes. */
  readonly dir: string;
  /** Further arguments of dockerd; Podman has none of them. */
  readonly args?: readonly string[];
  /** With them the engine trusts the authority (Podman), or serves `tlsPort` to its clients only. */
  readonly certificates?: Certificates;
  /** Listens on this port of 127.0.0.1 too, to clients with a certificate of the authority. */
  readonly tlsPort?: number;
}

/** An engine of ours that answers. */
export interface RunningEngine {
  /** Path of the unix socket. */
  readonly socket: string;
  readonly pid: number;
  /** Removes every container, ends the engine and removes its cgroups. The data stays in `dir`. */
  stop(): Promise<void>;
}

/** What `restart` needs to know about an engine; written to engine.json in its directory. */
interface EngineState {
  readonly service: Service;
  readonly socket: string;
  readonly cgroup: string;
  readonly pid: number;
}

/**
 * Starts an engine and waits until it answers. Throws outside a network namespace of ours, and with the end of
 * the engine's log when it does not come up.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  requireNamespace();
  const { dir, installed } = options;
  await mkdir(dir, { recursive: true });
  const socket = join(dir, 'docker.sock');
  const cgroup = `stevedore-${randomUUID()}`;
  // Without a file of its own, dockerd would read the machine's /etc/docker/daemon.json.
  // The identity that 20.10 keeps would land in /etc/docker too; later ones have none.
  const configuration = {
    // It would remove files while a test or a benchmark runs; the engine doesn't live long.
    builder: { gc: { enabled: false } },
    ...(installed.generation === 'old' && { 'deprecated-key-path': join(dir, 'key.json') }),
    ...(installed.imageStore === 'containerd' && { features: { 'containerd-snapshotter': true } }),
  };
  await writeFile(join(dir, 'daemon.json'), JSON.stringify(configuration));
  const service =
    installed.generation === 'podman'
      ? await podmanService(installed, dir, socket, cgroup, options.certificates?.ca)
      : dockerService(options, socket, cgroup);
  const pid = await launch(service, socket);
  await writeState(dir, { service, socket, cgroup, pid });
  return { socket, pid, stop: () => endEngine(dir) };
}

/**
 * Installs and starts a private engine for as long as this process lives, for those who have none of their own.
 * Its socket is reached from here; the ports that it publishes are not, for they live in its network namespace.
 * Throws SetupError without Linux, root and apt.
 */
export async function startThrowawayEngine(): Promise<{
  /** unix:// URL, as in DOCKER_HOST. */
  readonly host: string;
  /** A process in the engine's network namespace. */
  readonly pid: number;
  stop(): Promise<void>;
}> {
  const installed = await ensureEngine('new');
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-engine-'));
  const socket = join(dir, 'docker.sock');
  const inside = inNamespace({
    installed,
    script: fileURLToPath(new URL('engine-inside.ts', import.meta.url)),
    args: [JSON.stringify({ installed, dir })],
    quiet: true,
  });
  const stop = async (): Promise<void> => {
    inside.stop();
    await inside.exit;
    await rm(dir, { recursive: true, force: true });
  };
  const ended = inside.exit.then(() => 'ended' as const);
  while (!(await answers(socket))) {
    if ((await Promise.race([ended, sleep(50)])) === 'ended') {
      await stop();
      throw new Error('the private engine did not start');
    }
  }
  return { host: `unix://${socket}`, pid: inside.pid, stop };
}

/** Ends an engine that {@link startEngine} started in `dir`, by `signal`; its containers are left to it. */
export async function haltEngine(dir: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const { pid } = await readState(dir);
  if (signal !== 'SIGTERM' && !isGone(pid)) process.kill(pid, signal);
  await stopProcess(pid);
}

/** Starts an engine again, with the same arguments and data, and waits until it answers. Returns its new pid. */
export async function resumeEngine(dir: string): Promise<number> {
  requireNamespace();
  const state = await readState(dir);
  if (!isGone(state.pid)) throw new Error('the engine is running');
  const pid = await launch(state.service, state.socket);
  await writeState(dir, { ...state, pid });
  return pid;
}

function dockerService(options: EngineOptions, socket: string, cgroup: string): Service {
  const { dir, installed, certificates, tlsPort, args } = options;
  const secure =
    certificates === undefined || tlsPort === undefined
      ? []
      : [
          ['-H', `tcp://127.0.0.1:${tlsPort}`, '--tlsverify', '--tlscacert', certificates.ca],
          ['--tlscert', certificates.serverCert, '--tlskey', certificates.serverKey],
        ].flat();
  return {
    program: join(installed.bin, 'dockerd'),
    args: [
      ['-H', `unix://${socket}`, ...secure],
      ['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
      ['--pidfile', join(dir, 'docker.pid'), '--config-file', join(dir, 'daemon.json')],
      ['--bip', '172.30.0.1/16', '--insecure-registry', '127.0.0.0/8'],
      ['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${cgroup}`],
      args ?? [],
    ].flat(),
    env: engineEnv(installed),
    log: join(dir, 'engine.log'),
  };
}

async function launch(service: Service, socket: string): Promise<number> {
  const pid = startService(service);
  await untilReady(service, pid, () => answers(socket));
  return pid;
}

async function answers(socket: string): Promise<boolean> {
  try {
    return (await ask(socket, 'GET', '/_ping')).status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

async function endEngine(dir: string): Promise<void> {
  const { pid, socket, cgroup } = await readState(dir);
  if (!isGone(pid)) {
    await removeContainers(socket);
    await stopProcess(pid);
  }
  await removeCgroups(cgroup);
}

/** Containers that ignore SIGTERM would hold the engine up for ten seconds each, and leave their cgroups. */
async function removeContainers(socket: string): Promise<void> {
  try {
    await ask(socket, 'POST', '/swarm/leave?force=1');
    const { body } = await ask(socket, 'GET', '/containers/json?all=1');
    const queue = (JSON.parse(body) as { readonly Id: string }[]).map(({ Id }) => Id);
    const worker = async (): Promise<void> => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop())
        await ask(socket, 'DELETE', `/containers/${id}?force=1&v=1`);
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  } catch (error) {
    // An engine that no longer answers is ended all the same; the namespace takes its containers along.
    process.stderr.write(`The engine did not remove its containers: ${String(error)}\n`);
  }
}

/** Removes the empty cgroups below `name`, of every hierarchy of version 1 and of version 2's single one. */
async function removeCgroups(name: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  const hierarchies = await readdir(root, { withFileTypes: true });
  const tops = hierarchies.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  for (const top of [root, ...tops.map((entry) => join(root, entry.name))])
    await removeTree(join(top, name));
}

async function removeTree(dir: string): Promise<void> {
  try {
    for (const entry of await readdir(dir, { withFileTypes: true }))
      if (entry.isDirectory()) await removeTree(join(dir, entry.name));
    await rmdir(dir);
  } catch {
    // Not in this hierarchy; or in use still, and then the kernel keeps an empty group and nothing else.
  }
}

async function readState(dir: string): Promise<EngineState> {
  return JSON.parse(await readFile(join(dir, 'engine.json'), 'utf8')) as EngineState;
}

async function writeState(dir: string, state: EngineState): Promise<void> {
  await writeFile(join(dir, 'engine.json'), JSON.stringify(state, undefined, 2));
}
