import { randomBytes } from 'node:crypto';
import type { Client } from './client.ts';
import { removeContainer } from './containers.ts';
import { EngineError } from './errors.ts';
import { readFields } from './mapping/reader.ts';
import { ownerText, TOOLBOX_LABEL } from './strayToolboxes.ts';
import { cancelled } from './transport/failures.ts';

/**
 * Says where things are, and gives way to the best shell there is. It does not begin in the container's files, which are out of
 * the toolbox's own root: shells are confused there.
 */
const SCRIPT = `printf '%s\\n' "Processes and network are those of $0. Its files are in /proc/1/root."
command -v bash >/dev/null && exec bash
exec sh`;

/**
 * Makes a container of `image` that shares processes and network with a running one, so that its programs see what that one
 * does, whatever that one's own image lacks. The files of the other are in /proc/1/root, for
 * that is the root of the first process there. It removes itself when it ends.
 * Resolves with its id; it is not started.
 * @throws EngineError `conflict` when the container doesn't run, `cancelled` when the signal fired
 */
export async function createToolbox(
  client: Client,
  container: { readonly id: string; readonly name: string },
  image: string,
  signal?: AbortSignal,
): Promise<string> {
  const shared = `container:${container.id}`;
  const name = `debug-${container.name.replace(/[^\w.-]/g, '_')}-${randomBytes(3).toString('hex')}`;
  // Without the signal: an engine makes what it was asked for, whether or not anybody waits for its id.
  const answer = await client.request({
    method: 'POST',
    path: `/containers/create?${new URLSearchParams({ name }).toString()}`,
    body: {
      Image: image,
      Labels: { [TOOLBOX_LABEL]: ownerText() },
      Entrypoint: ['sh', '-c'],
      // The name is an argument, and no part of what the shell reads.
      Cmd: [SCRIPT, container.name],
      // Whoever owns the files and processes, they are to be seen.
      User: '0',
      Env: ['TERM=xterm-256color'],
      Tty: true,
      OpenStdin: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        PidMode: shared,
        NetworkMode: shared,
        CapAdd: ['SYS_PTRACE'],
        AutoRemove: true,
      },
    },
    as: 'json',
  });
  const id = readFields(answer).text('Id');
  if (!signal?.aborted) return id;
  await removeToolbox(client, id);
  throw cancelled(signal.reason);
}

/** Removes a toolbox whose shell was left open. One that has gone by itself is no error. */
export async function removeToolbox(client: Client, id: string): Promise<void> {
  try {
    await removeContainer(client, id, { force: true, volumes: true });
  } catch (error) {
    // The engine is removing it already.
    const gone = error instanceof EngineError && /^(not-found|conflict)$/.test(error.reason);
    if (!gone) throw error;
  }
}
