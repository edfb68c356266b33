import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { haltEngine, resumeEngine } from '../../../scripts/lib/engine.ts';
import type { InstalledEngine } from '../../../scripts/lib/engines.ts';
import { bedVariable, installedEngine } from './environment.ts';

/** An engine of a test's own, beside the bed's, of the same generation. */
export interface SecondEngine {
  /** Path of the unix socket. */
  readonly socket: string;
  /** A process in its network namespace. */
  readonly pid: number;
  /** Ends it as `kill` does: SIGTERM, or SIGKILL for a crash. Its data and socket path stay. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, with the same arguments and data. */
  resume(): Promise<void>;
  /** Ends it for good and removes its directory. */
  stop(): Promise<void>;
}

/**
 * Starts a second engine, in a network namespace of its own, for it would flush the firewall rules of the first.
 * @param args further arguments of dockerd
 * @param more what of the engine is to be other than the bed's, such as who keeps its images
 */
export async function startSecondEngine(
  args: readonly string[] = [],
  more: Partial<InstalledEngine> = {},
): Promise<SecondEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-second-'));
  const script = fileURLToPath(new URL('second-inside.ts', import.meta.url));
  const order = JSON.stringify({ installed: { ...installedEngine(), ...more }, dir, args });
  const child = spawn(
    'unshare',
    [
      ['--net', '--mount', '--propagation', 'private', process.execPath],
      ['--import', import.meta.resolve('tsx'), script, order],
    ].flat(),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const answers = child.stdout[Symbol.asyncIterator]();
  const heard = async (): Promise<void> => {
    if ((await answers.next()).done) throw new Error('the second engine did not come up');
  };
  const tell = async (order: string): Promise<void> => {
    child.stdin.write(`${order}\n`);
    await heard();
  };
  await heard();
  return {
    socket: join(dir, 'docker.sock'),
    pid: child.pid ?? 0,
    halt: (signal = 'SIGTERM') => tell(`halt ${signal}`),
    resume: () => tell('resume'),
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Lets a second engine reach a port of the bed's 127.0.0.1, such as a registry's, by the same address.
 * @returns ends it
 */
export async function lendPort(
  { pid }: Pick<SecondEngine, 'pid'>,
  port: number,
): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-lent-'));
  const path = join(dir, 'port.sock');
  const near = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  near.listen(path);
  await once(near, 'listening');
  const script = `
    const net = require('node:net');
    net.createServer((a) => {
      const b = net.connect(${JSON.stringify(path)});
      a.pipe(b).pipe(a);
      a.on('error', () => b.destroy());
      b.on('error', () => a.destroy());
    }).listen(${port}, '127.0.0.1', () => console.log('up'));
    process.stdin.resume().on('end', () => process.exit());`;
  const far = spawn('nsenter', ['-t', String(pid), '-n', process.execPath, '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(far.stdout, 'data');
  return async () => {
    far.stdin.end();
    if (far.exitCode === null) await once(far, 'exit');
    near.close();
    await rm(dir, { recursive: true, force: true });
  };
}

/**
 * Stops the bed's engine and starts it again with the same arguments and data; resolves when it answers. For those who
 * have the bed to themselves: test files that run at the same time take a second engine instead.
 * @param between what to do while it is down
 * @public
 */
export async function restartEngine(
  between: () => Promise<void> = () => Promise.resolve(),
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  const dir = bedVariable('STEVEDORE_TEST_ENGINE_DIR');
  await haltEngine(dir, signal);
  await between();
  await resumeEngine(dir);
}
