import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { run } from '../../scripts/lib/run.ts';
import type { Containers } from './containers.ts';

/** `docker container ls -a` by a child process, each line parsed. Returns the names. */
export async function listByCli(host: string): Promise<string[]> {
  const args = ['--host', host, 'container', 'ls', '-a', '--no-trunc', '--format', '{{json .}}'];
  const text = await run('docker', args);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly Names: string }).Names);
}

/**
 * What a tool gets that follows `docker events` and lists again, by child processes, when one comes: the milliseconds
 * from the engine's answer to a create until the new container stands in a parsed list. Nothing is drawn.
 */
export async function createdToListed(
  host: string,
  containers: Containers,
  names: readonly string[],
): Promise<number[]> {
  const filter = ['--filter', 'type=container', '--filter', 'event=create'];
  const events = spawn('docker', ['--host', host, 'events', ...filter, '--format', '{{json .}}'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => events.once('close', resolve));
  const lines = createInterface({ input: events.stdout })[Symbol.asyncIterator]();
  try {
    // The first event proves that the stream stands; it is asked for until it comes.
    await arrival(containers, lines);
    const times: number[] = [];
    for (const name of names) {
      const listed = (async () => {
        await lines.next();
        const all = await listByCli(host);
        if (!all.includes(name)) throw new Error(`docker does not list ${name}`);
        return Date.now();
      })();
      const answered = await containers.create(name);
      times.push((await listed) - answered);
      await containers.remove(name);
    }
    return times;
  } finally {
    events.kill();
    await ended;
  }
}

/** Creates containers until the event of one comes, and takes the events of all of them. */
async function arrival(containers: Containers, lines: AsyncIterator<string>): Promise<void> {
  const state = { come: false, created: 0 };
  const first = lines.next().then(() => (state.come = true));
  while (!state.come) {
    state.created += 1;
    const name = `probe-${state.created}`;
    await containers.create(name);
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 500))]);
    await containers.remove(name);
  }
}
