import type { Client } from './client.ts';
import { containerTerminal } from './containers.ts';
import { EngineError } from './errors.ts';
import { startExec } from './exec.ts';
import type { ExecOptions } from './exec.ts';

export interface ExecResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** As much of the output of a short program is kept. Bytes. */
const limit = 64 * 1024;

/** Runs a short program without input to its end and collects its output, 64 KiB of each stream. Throws EngineError as startExec. */
export async function runExec(
  client: Client,
  id: string,
  options: ExecOptions,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const session = await startExec(client, id, { ...options, stdin: false }, signal);
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const size = { stdout: 0, stderr: 0 };
  for await (const { stream, data } of session.output) {
    if (size[stream] < limit) kept[stream].push(data);
    size[stream] += data.length;
  }
  const { exitCode, message } = await session.ended;
  if (exitCode === undefined && message !== undefined)
    throw new EngineError(signal?.aborted ? 'cancelled' : 'dropped', message);
  return {
    exitCode,
    stdout: Buffer.concat(kept.stdout).toString(),
    stderr: Buffer.concat(kept.stderr).toString(),
  };
}

/**
 * Run by the container's own `sh`, with built-in commands alone (`id` may be missing: then root is meant): the user's
 * login shell when it is bash, zsh or fish, otherwise the best that there is. A name without a path is a command that
 * busybox has built in, which can't be run from outside.
 */
const script = `me=$(id -u 2>/dev/null || echo 0)
login=
while IFS=: read -r name word user group comment home shell; do
  [ "$user" = "$me" ] && login=$shell && break
done 2>/dev/null </etc/passwd
for shell in "$login" bash ash; do
  case $shell in */bash|*/zsh|*/fish|bash|ash) path=$(command -v "$shell" 2>/dev/null);; *) path=;; esac
  case $path in /*) echo "$path"; exit;; esac
done
echo sh`;

/** Where shells are in images that have no `sh` on the path: Debian's, and the debug variants of distroless. */
const elsewhere = ['bash', '/bin/bash', '/bin/sh', 'ash', '/busybox/sh', 'zsh', 'fish'];

/**
 * Finds the best shell of a running container: its user's own when that is bash, zsh or fish, otherwise bash, ash or sh.
 * Throws EngineError 'conflict' when it isn't running or is paused, 'not-supported' when it has no shell at all.
 */
export async function findShell(
  client: Client,
  id: string,
  options: { readonly user?: string | undefined } = {},
  signal?: AbortSignal,
): Promise<string> {
  const { name, running } = await containerTerminal(client, id, signal);
  if (!running) throw new EngineError('conflict', `The container "${name}" is not running.`);
  const { user } = options;
  const found = await runIfThere(client, id, { cmd: ['sh', '-c', script], user }, signal);
  const said = found?.exitCode === 0 ? found.stdout.trim() : '';
  // What a container prints is not to be trusted further than a program's path goes.
  if (/^[\w./+-]+$/.test(said)) return said;
  for (const shell of elsewhere) {
    const result = await runIfThere(client, id, { cmd: [shell, '-c', 'exit 0'], user }, signal);
    if (result?.exitCode === 0) return shell;
  }
  throw new EngineError(
    'not-supported',
    `The container "${name}" has no shell: its image holds neither bash nor ash nor sh.`,
  );
}

/** As runExec; undefined when the engine says that the program can't be run: engines differ in the status they say it with. */
export async function runIfThere(
  client: Client,
  id: string,
  options: ExecOptions,
  signal: AbortSignal | undefined,
): Promise<ExecResult | undefined> {
  try {
    return await runExec(client, id, options, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const missing =
      /executable file not found|no such file or directory|permission denied|exec format/i;
    if (missing.test(`${error.message} ${error.detail ?? ''}`) && error.status !== undefined)
      return undefined;
    throw error;
  }
}
