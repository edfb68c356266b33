import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { bedVariable, installedEngine } from './environment.ts';

/** An ssh server on loopback that lets this user in with a key of its own. */
export interface SshServer {
  /** Name to connect to, known to `config` only. */
  readonly host: string;
  /** Configuration for `ssh -F`: address, port, key, known host. */
  readonly config: string;
  readonly port: number;
  /** Ends the server and every session. */
  stop(): Promise<void>;
}

/**
 * Starts openssh-server. Sessions find the bed's docker CLI and engine, so `ssh … docker system dial-stdio` works.
 * Throws outside a bed.
 */
export async function startSshd(): Promise<SshServer> {
  const { bin, lib, cli } = installedEngine();
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-ssh-'));
  const at = (name: string): string => join(dir, name);
  const env = { ...process.env, LD_LIBRARY_PATH: lib };
  for (const name of ['host', 'user'])
    execFileSync(
      join(bin, 'ssh-keygen'),
      ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', at(name)],
      { env },
    );
  const port = await freePort();
  await copyFile(at('user.pub'), at('authorized'));
  await writeFile(at('known'), `[127.0.0.1]:${port} ${await readFile(at('host.pub'), 'utf8')}`);
  await writeFile(
    at('sshd_config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${at('host')}
AuthorizedKeysFile ${at('authorized')}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
SetEnv PATH=${[cli, process.env['PATH']].join(delimiter)} DOCKER_HOST=${bedVariable('STEVEDORE_TEST_ENGINE')}
`,
  );
  await writeFile(
    at('ssh_config'),
    `Host bed
  HostName 127.0.0.1
  Port ${port}
  User root
  IdentityFile ${at('user')}
  IdentitiesOnly yes
  UserKnownHostsFile ${at('known')}
  StrictHostKeyChecking yes
  BatchMode yes
`,
  );
  await preparePrivilegeSeparation(dir);
  const child = spawn(join(bin, 'sshd'), ['-D', '-e', '-f', at('sshd_config')], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  while (!log.includes('listening')) {
    if (child.exitCode !== null) throw new Error(`sshd ended at its start: ${log}`);
    await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
  }
  return {
    host: 'bed',
    config: at('ssh_config'),
    port,
    stop: async () => {
      const ended = once(child, 'exit');
      // The sessions are children in the server's own process group.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** sshd wants a directory and a user of its own; both are made in the bed's mount namespace only. */
export async function preparePrivilegeSeparation(dir: string): Promise<void> {
  if (!existsSync('/run/sshd')) await mkdir('/run/sshd', { mode: 0o755 });
  if (/^sshd:/m.test(await readFile('/etc/passwd', 'utf8'))) return;
  const users = join(dir, 'passwd');
  await copyFile('/etc/passwd', users);
  await appendFile(users, 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n');
  execFileSync('mount', ['--bind', users, '/etc/passwd']);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
