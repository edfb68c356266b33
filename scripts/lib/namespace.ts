import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { InstalledEngine } from './engines.ts';
import { run } from './run.ts';

/** The network namespace of the person who called us, for {@link requireNamespace}. */
const HOST_NET = 'STEVEDORE_HOST_NET';

/** A script that runs in namespaces of its own. */
export interface Inside {
  /** Pid, as the caller sees it, of a process in the new network and mount namespaces. */
  readonly pid: number;
  /** Exit code of the script, 128 + n after signal n. */
  readonly exit: Promise<number>;
  /** Asks the script to end; `exit` tells when it has. */
  stop(): void;
}

export interface InsideOptions {
  readonly installed: InstalledEngine;
  /** Absolute path of a TypeScript file that begins with {@link enterNamespace}. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Gives it neither stdin nor stdout. */
  readonly quiet?: boolean;
}

/**
 * Re-executes Node on `script` in private network, mount and process namespaces, below an init that reaps.
 * An engine started there touches no firewall rule of the machine, and nothing can outlive the script:
 * the kernel ends whatever is left when it exits. When the caller dies, however it dies, the script is told to end.
 */
export function inNamespace(options: InsideOptions): Inside {
  const { installed, script, args, quiet } = options;
  const child = spawn(
    'unshare',
    [
      ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc'],
      ['--kill-child=SIGKILL', join(installed.bin, 'docker-init'), '--', process.execPath],
      ['--import', import.meta.resolve('tsx'), script, ...args],
    ].flat(),
    {
      env: { ...(options.env ?? process.env), [HOST_NET]: readlinkSync('/proc/self/ns/net') },
      stdio: [quiet ? 'ignore' : 'inherit', quiet ? 'ignore' : 'inherit', 'inherit', 'pipe'],
    },
  );
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(exitCode(code, signal)));
  });
  const leash = child.stdio[3];
  // The far end goes away with the script; there is nothing to tell anybody then.
  leash?.on('error', () => undefined);
  return { pid: child.pid ?? 0, exit, stop: () => leash?.destroy() };
}

/** The exit code that a shell would report. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 1 : constants.signals[signal]);
}

/**
 * The first thing that a script does inside: gives itself a /run and a /dev/shm of its own and brings the loopback
 * up. Resolves `ended` when the caller wants it to end or is gone.
 */
export async function enterNamespace(
  installed: InstalledEngine,
): Promise<{ ended: Promise<void> }> {
  requireNamespace();
  // Registered first, so that a caller who is gone already is noticed.
  const leash = new Socket({ fd: 3 });
  leash.unref();
  const ended = new Promise<void>((resolve) => {
    leash.on('error', () => resolve());
    leash.on('close', () => resolve());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve());
  });
  leash.resume();
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', '/dev/shm']);
  await run(join(installed.tools, 'ip'), ['link', 'set', 'lo', 'up']);
  return { ended };
}

/**
 * Throws unless this process is in a network namespace that we made: an engine in the machine's own namespace
 * would flush the firewall rules of the person's engine.
 */
export function requireNamespace(): void {
  const host = process.env[HOST_NET];
  if (host === undefined || host === readlinkSync('/proc/self/ns/net'))
    throw new Error('an engine may be started only inside a network namespace of its own');
}

/** Removes a directory of this namespace with what is mounted below it: Podman leaves its storage mounted. */
export async function removeMounted(dir: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${dir}/`));
  for (const path of mounts.reverse()) await run('umount', ['--lazy', path]);
  await rm(dir, { recursive: true, force: true });
}
