import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureAptPackages } from './apt.ts';
import { run } from './run.ts';

const PROGRAM = '/usr/bin/slirp4netns';
const DEVICE = 'tap0';
/** Where slirp4netns answers names, by the resolver of the machine. */
const RESOLVER = '10.0.2.3';
const LIMIT_MS = 10_000;

/**
 * Gives the network namespace of process `pid` a way to the network, so that an engine in it can pull and its
 * containers can download; the machine's own loopback stays out of reach. It needs no firewall rule and no route of
 * the machine: slirp4netns speaks for the namespace as any other program does.
 * @throws Error when it can't be installed or doesn't come up
 */
export async function openWayOut(pid: number): Promise<{ stop(): void }> {
  if (!existsSync('/dev/net/tun')) throw new Error('this machine has no /dev/net/tun');
  if (!existsSync(PROGRAM)) await ensureAptPackages(['slirp4netns']);
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-way-out-'));
  const names = join(dir, 'resolv.conf');
  writeFileSync(names, `nameserver ${RESOLVER}\n`);
  const child = spawn(
    PROGRAM,
    ['--configure', '--mtu=65520', '--disable-host-loopback', String(pid), DEVICE],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  const stop = (): void => {
    child.kill();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const deadline = Date.now() + LIMIT_MS;
    while (!hasRoute(pid)) {
      const gone = await Promise.race([ended.then(() => true), sleep(50).then(() => false)]);
      if (gone || Date.now() > deadline) throw new Error('slirp4netns did not come up');
    }
    // The machine's resolver may listen on its loopback, which isn't the namespace's.
    await run('nsenter', [
      '--mount',
      '--target',
      String(pid),
      'mount',
      '--bind',
      names,
      '/etc/resolv.conf',
    ]);
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

/** Whether the namespace of process `pid` has a default route. */
function hasRoute(pid: number): boolean {
  return readFileSync(`/proc/${pid}/net/route`, 'utf8')
    .split('\n')
    .some((line) => line.split('\t')[1] === '00000000');
}
