import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { eventFilters } from './effects.ts';
import { readEvent, sinceOf } from './events.ts';
import type { EngineEvent } from './events.ts';
import { hasContainerdStore } from './imageStore.ts';
import { createLimiter } from './limit.ts';
import { mapList } from './mapping/list.ts';
import { imageFromInspect } from './mapping/image.ts';
import { networkFrom } from './mapping/network.ts';
import { isRaw } from './mapping/reader.ts';
import type { Raw } from './mapping/reader.ts';
import { volumeFrom } from './mapping/volume.ts';
import type { ItemOf, Kind } from './model.ts';
import { ndjson } from './ndjson.ts';
import { filtersText, pathText } from './path.ts';

/** What a read of some objects gave. Ids that are in none of the lists no longer exist. */
export interface ReadResult<T> {
  readonly items: readonly T[];
  /** Ids that could not be read, which says nothing about whether they exist. */
  readonly failed: readonly { readonly id: string; readonly error: EngineError }[];
}

/** Where the store gets its objects from. */
export interface Source {
  /** All objects of a kind. Throws EngineError. */
  list<K extends Kind>(kind: K, signal: AbortSignal): Promise<readonly ItemOf[K][]>;
  /** Some objects of a kind by id; images by any reference too. Never throws. */
  read<K extends Kind>(
    kind: K,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadResult<ItemOf[K]>>;
  /** Resolves when the engine is done with what it is doing to a container. Never throws. */
  settle(container: string, signal: AbortSignal): Promise<void>;
  /** The engine's clock in nanoseconds, when it was first spoken to: late rather than early. */
  clock(): number;
  /** Events from the given time on, `EngineEvent.timeNano`; resolves when the stream stands. Throws EngineError. */
  events(timeNano: number, signal: AbortSignal): Promise<AsyncIterable<EngineEvent>>;
}

const listPaths: Readonly<Record<Kind, string>> = {
  container: '/containers/json?all=1',
  image: '/images/json',
  network: '/networks',
  volume: '/volumes',
};

/** The store's view of an engine. `log` is told what had to be left out. */
export function engineSource(client: Client, log: (line: string) => void): Source {
  // Together below the number of connections that short reads share, so that the user's own never wait for these.
  const ssh = client.endpoint.url.startsWith('ssh:');
  const reading = createLimiter(ssh ? 1 : 4);
  const settling = createLimiter(ssh ? 1 : 3);
  const get = (path: string, signal: AbortSignal) => client.request({ path, as: 'json', signal });

  async function inspect<T>(path: string, map: (raw: Raw) => T | undefined, signal: AbortSignal) {
    const answer = await get(path, signal);
    const item = isRaw(answer) ? map(answer) : undefined;
    if (item) return item;
    throw new EngineError('not-an-engine', 'The engine answered with something else than asked.', {
      detail: JSON.stringify(answer)?.slice(0, 500),
    });
  }

  const one: {
    readonly [K in Exclude<Kind, 'container'>]: (
      id: string,
      signal: AbortSignal,
    ) => Promise<ItemOf[K]>;
  } = {
    image: (id, signal) => inspect(`/images/${pathText(id)}/json`, imageFromInspect, signal),
    network: (id, signal) => inspect(`/networks/${pathText(id)}`, networkFrom, signal),
    volume: (id, signal) => inspect(`/volumes/${pathText(id)}`, volumeFrom, signal),
  };

  async function readContainers(ids: readonly string[], signal: AbortSignal) {
    // Proxies refuse a line of many ids (haproxy takes 16 kB), and the whole list costs hardly more then.
    const filter = ids.length > 100 ? '' : `&filters=${filtersText({ id: ids })}`;
    const wanted = new Set(ids);
    try {
      const answer = await get(`/containers/json?all=1${filter}`, signal);
      const items = mapList('container', answer, log).filter(({ id }) => wanted.has(id));
      return { items, failed: [] };
    } catch (error) {
      return { items: [], failed: ids.map((id) => ({ id, error: asEngineError(error) })) };
    }
  }

  let containerd: Promise<boolean> | undefined;

  /**
   * Where containerd keeps the images, an inspect tells of an image's content only, and a list of what it takes unpacked,
   * too. The list's is what people see elsewhere, and what the rest of the store has.
   */
  async function readImages(ids: readonly string[], signal: AbortSignal) {
    const read = await readEach('image', ids, signal);
    if (!read.items.length || client.engine.podman !== undefined) return read;
    try {
      containerd ??= hasContainerdStore(client, signal);
      if (!(await containerd)) return read;
      const listed = mapList('image', await get(listPaths.image, signal), log);
      const sizes = new Map(listed.map(({ id, size }) => [id, size]));
      const items = read.items.map((item) => ({ ...item, size: sizes.get(item.id) ?? item.size }));
      return { ...read, items };
    } catch (error) {
      containerd = undefined;
      return { items: [], failed: ids.map((id) => ({ id, error: asEngineError(error) })) };
    }
  }

  async function readEach<K extends Exclude<Kind, 'container'>>(
    kind: K,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadResult<ItemOf[K]>> {
    const items: ItemOf[K][] = [];
    const failed: { id: string; error: EngineError }[] = [];
    await Promise.all(
      ids.map(async (id) => {
        try {
          items.push(await reading(() => one[kind](id, signal)));
        } catch (thrown) {
          const error = asEngineError(thrown);
          if (error.reason !== 'not-found') failed.push({ id, error });
        }
      }),
    );
    return { items, failed };
  }

  function read(kind: Kind, ids: readonly string[], signal: AbortSignal) {
    if (kind === 'container') return readContainers(ids, signal);
    return kind === 'image' ? readImages(ids, signal) : readEach(kind, ids, signal);
  }

  return {
    list: async (kind, signal) => mapList(kind, await get(listPaths[kind], signal), log),
    // The result's type follows from the kind, which TypeScript can't see through the distinction above.
    read: read as Source['read'],
    async settle(container, signal) {
      const path = `/containers/${pathText(container)}/json`;
      try {
        // An inspect waits for the container's lock, which the engine holds until its state is written.
        await settling(() => client.request({ path, as: 'bytes', signal }));
      } catch {
        // Gone or unreadable: the read that follows finds out and reports it.
      }
    },
    clock() {
      // Without an answer that tells, our clock stands in, a minute late.
      return (client.greetedAt ?? Date.now() - 60_000) * 1e6;
    },
    async events(timeNano, signal) {
      const filters = filtersText(eventFilters());
      const path = `/events?since=${sinceOf(timeNano)}&filters=${filters}`;
      const stream = await client.request({ path, as: 'stream', signal });
      return readEvents(stream, client.engine.podman !== undefined, log);
    },
  };
}

async function* readEvents(
  stream: AsyncIterable<Uint8Array>,
  podman: boolean,
  log: (line: string) => void,
) {
  for await (const line of ndjson(stream)) {
    const event = line.ok ? readEvent(line.value, podman) : undefined;
    if (event) yield event;
    else if (!line.ok) log(`An event could not be read (${line.problem}): ${line.text}`);
  }
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError('server', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
