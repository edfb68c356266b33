import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a background program is started; plain data, so that a test can start it again. */
export interface Service {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that its output is appended to. */
  readonly log: string;
}

/** Starts a program in a session of its own, so that a Ctrl+C on the terminal does not reach it. Returns its pid. */
export function startService(service: Service): number {
  const log = openSync(service.log, 'a');
  try {
    const child = spawn(service.program, service.args, {
      env: { ...process.env, ...service.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    // A program that cannot be started has no pid; the caller hears of it below.
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error(`${service.program} cannot be started`);
    return child.pid;
  } finally {
    closeSync(log);
  }
}

/**
 * Waits until `ready` says so. Throws with the end of the log when the program exits first or after `timeout` ms.
 */
export async function untilReady(
  service: Service,
  pid: number,
  ready: () => Promise<boolean>,
  timeout = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await ready())) {
    if (isGone(pid) || Date.now() > deadline) {
      const tail = (await readFile(service.log, 'utf8')).trim().split('\n').slice(-15).join('\n');
      const what = isGone(pid) ? 'ended at its start' : `was not ready after ${timeout / 1000} s`;
      throw new Error(`${service.program} ${what}:\n${tail}`);
    }
    await sleep(50);
  }
}

/** Whether a process has ended. One that nobody has reaped yet has ended too. */
export function isGone(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // No such process.
    return true;
  }
}

/** Ends a process: SIGTERM, after `patience` ms SIGKILL. Resolves when it is gone. */
export async function stopProcess(pid: number, patience = 20_000): Promise<void> {
  const deadline = Date.now() + patience;
  signal(pid, 'SIGTERM');
  while (!isGone(pid)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL');
    await sleep(20);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile, which is what was wanted.
  }
}

/** One HTTP request over a unix socket; resolves with status and body, throws when nobody answers. */
export function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: { readonly type: string; readonly data: Buffer },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = body
      ? { 'content-type': body.type, 'content-length': body.data.length }
      : { 'content-length': 0 };
    const sent = request({ socketPath, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body?.data);
  });
}
