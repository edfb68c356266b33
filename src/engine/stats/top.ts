import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import { pathText } from '../path.ts';

/** The processes of a container, those first that have used most of the CPU. */
export interface Processes {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many there are, of which `rows` may be the first. */
  readonly count: number;
}

/** What is asked of `ps` of the engine's machine, of Podman, and where the first is not understood. */
const WANTED = ['-eo pid,user,pcpu,rss,time,args', '-ef'];
const OF_PODMAN = ['pid,user,pcpu,rss,time,args', ''];
const MOST = 50;

/**
 * Reads what runs in a container (`GET /containers/{id}/top`).
 * @throws EngineError, also for a container that doesn't run
 */
export async function readProcesses(
  client: Pick<Client, 'request' | 'engine'>,
  id: string,
  signal?: AbortSignal,
): Promise<Processes> {
  const wishes = client.engine.podman === undefined ? WANTED : OF_PODMAN;
  let refused: unknown;
  for (const wish of wishes) {
    try {
      return await ask(client, id, wish, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      // A small `ps` knows fewer options. That the container is gone is said by the last answer as well.
      refused = error;
    }
  }
  throw refused;
}

async function ask(
  client: Pick<Client, 'request'>,
  id: string,
  wish: string,
  signal: AbortSignal | undefined,
): Promise<Processes> {
  const query = wish ? `?${new URLSearchParams({ ps_args: wish }).toString()}` : '';
  const path = `/containers/${pathText(id)}/top${query}`;
  const answer = await client.request({ path, as: 'json', signal });
  const titles = isRaw(answer) ? readFields(answer).strings('Titles') : [];
  const listed: unknown = isRaw(answer) ? answer['Processes'] : undefined;
  // Podman answers with nothing where it could not do what was asked.
  if (titles.length === 0)
    throw new EngineError('server', 'The engine did not tell the processes of this container.');
  const rows = (Array.isArray(listed) ? (listed as unknown[]) : []).flatMap((row) =>
    Array.isArray(row) ? [titles.map((_, n) => text(row[n]))] : [],
  );
  const by = titles.findIndex((title) => /^%?(?:CPU|C)$/i.test(title));
  const used = (row: readonly string[]) => Number.parseFloat(row[by] ?? '') || 0;
  if (by >= 0) rows.sort((a, b) => used(b) - used(a));
  return { titles, rows: rows.slice(0, MOST), count: rows.length };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
