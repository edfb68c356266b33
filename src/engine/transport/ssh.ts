import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Endpoint } from '../endpoint.ts';
import { EngineError } from '../errors.ts';
import type { Dial } from './agent.ts';
import { asSocket } from './asSocket.ts';
import { where } from './failures.ts';

export interface SshOptions {
  /** The program; default `ssh`. */
  readonly program?: string;
  /** Arguments put before all others, such as `-F config`. */
  readonly args?: readonly string[];
  /** Environment of the program; default that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How much of what ssh says on stderr is kept for the error. */
const KEPT_STDERR = 8192;

/**
 * Reaches an engine through the user's own ssh, so that her configuration, agent, known hosts and jump hosts apply.
 * The remote side is `docker system dial-stdio` (docker CLI 18.09 or later). It never asks: BatchMode is on.
 * @throws EngineError `config` when the URL names no host, or one that ssh would take for an option.
 */
export function sshDialer(endpoint: Endpoint, options: SshOptions = {}): Dial {
  const args = [...(options.args ?? []), ...sshArguments(endpoint)];
  return () => {
    const child = spawn(options.program ?? 'ssh', args, {
      stdio: 'pipe',
      windowsHide: true,
      ...(options.env && { env: options.env }),
    });
    return overChild(child, endpoint);
  };
}

/** The arguments of ssh for an `ssh://[user@]host[:port][/socket]` endpoint. */
export function sshArguments(endpoint: Endpoint): string[] {
  const url = URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined;
  const bad = (why: string) => new EngineError('config', `${where(endpoint)} ${why}.`);
  if (url?.protocol !== 'ssh:' || !url.hostname) throw bad('is not an ssh address of an engine');
  if (url.password) throw bad('holds a password, which ssh does not take: use a key');
  if (url.search || url.hash) throw bad('has a query or fragment, which means nothing to ssh');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username);
  const socket = decodeURIComponent(url.pathname);
  if (host.startsWith('-')) throw bad('has a host that ssh would take for an option');
  if (user.startsWith('-')) throw bad('has a user that ssh would take for an option');
  // The probes tell a stream that waits for events when the other host has gone.
  const options = ['BatchMode=yes', 'ConnectTimeout=15', 'ServerAliveInterval=30'].flatMap(
    (option) => ['-o', option],
  );
  options.push('-T');
  if (user) options.push('-l', user);
  if (url.port) options.push('-p', url.port);
  // The remote side puts the words together and gives them to a shell.
  const at = socket.length > 1 ? [`--host=${quoted(`unix://${socket}`)}`] : [];
  return [...options, '--', host, 'docker', ...at, 'system', 'dial-stdio'];
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

function overChild(child: ReturnType<typeof spawn>, endpoint: Endpoint): Duplex {
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('ssh was started without pipes');
  let said = '';
  let heard = false;
  let ended = false;
  let exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;

  const duplex = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      // Why a write failed is told by the end of the process, which says more than EPIPE.
      if (stdin.write(chunk)) done();
      else stdin.once('drain', done);
    },
    final: (done) => {
      stdin.end();
      done();
    },
    destroy: (error, done) => {
      stdin.destroy();
      stdout.destroy();
      stderr.destroy();
      child.kill();
      done(error);
    },
  });

  const finish = () => {
    if (!ended || !exit || duplex.destroyed) return;
    // ssh may have had a word left in the pipe when it went.
    setImmediate(() => {
      if (exit?.code === 0 && heard) duplex.push(null);
      else duplex.destroy(sshError(said, exit?.code ?? null, heard, endpoint));
    });
  };
  stdout.on('data', (chunk: Buffer) => {
    heard = true;
    if (!duplex.push(chunk)) stdout.pause();
  });
  stdout.on('end', () => {
    ended = true;
    finish();
  });
  stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_STDERR);
  });
  child.on('error', (error) => duplex.destroy(notStarted(error, endpoint)));
  child.on('exit', (code, signal) => {
    exit = { code, signal };
    finish();
  });
  // Broken pipes are followed by the exit of the process, which is where the error comes from.
  for (const pipe of [stdin, stdout, stderr]) pipe.on('error', () => {});
  // Without a listener of ours, an error between two requests would be an uncaught one.
  duplex.on('error', () => {});

  return asSocket(duplex, child);
}

function notStarted(error: Error, endpoint: Endpoint): EngineError {
  const missing = 'code' in error && error.code === 'ENOENT';
  return new EngineError(
    'ssh',
    missing
      ? `The ssh program, which ${where(endpoint)} is reached by, was not found.`
      : `The ssh program, which ${where(endpoint)} is reached by, could not be started.`,
    { detail: error.message, cause: error },
  );
}

function sshError(
  said: string,
  code: number | null,
  heard: boolean,
  endpoint: Endpoint,
): EngineError {
  const at = where(endpoint);
  const text = said.trim();
  const more = { detail: text || `ssh ended with ${code ?? 'a signal'}` };
  if (heard) return new EngineError('dropped', `The ssh connection to ${at} broke off.`, more);
  if (/cannot connect to the docker daemon|dial unix .*(no such file|refused)/i.test(text))
    return new EngineError('refused', `No engine is running behind ${at}.`, more);
  if (/permission denied while trying to connect|dial unix .*permission denied/i.test(text))
    return new EngineError('permission', `The user of ${at} may not use the engine there.`, more);
  if (code === 127 || /docker: (command )?not found/i.test(text))
    return new EngineError('ssh', `There is no docker program on the host of ${at}.`, more);
  const last = text.split('\n').at(-1)?.trim().replace(/\.$/, '');
  return new EngineError('ssh', `ssh could not reach ${at}${last ? `: ${last}` : ''}.`, more);
}
