import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { haltEngine, resumeEngine } from '../../../scripts/lib/engine.ts';
import { bedVariable, installedEngine } from './environment.ts';

/** An engine of a test's own, beside the bed's, of the same generation. */
export interface SecondEngine {
  /** Path of the unix socket. */
  readonly socket: string;
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
 */
export async function startSecondEngine(args: readonly string[] = []): Promise<SecondEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-second-'));
  const script = fileURLToPath(new URL('second-inside.ts', import.meta.url));
  const order = JSON.stringify({ installed: installedEngine(), dir, args });
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
