import { createEmitter } from '../util/emitter.ts';
import type { Event } from '../util/emitter.ts';
import type { Difference } from './changes.ts';
import type { Client } from './client.ts';
import { systemClock } from './coalesce.ts';
import type { Clock } from './coalesce.ts';
import { effectsOf } from './effects.ts';
import type { Effect } from './effects.ts';
import { EngineError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import { createLane } from './lane.ts';
import type { Lane } from './lane.ts';
import type { Container, Image, Item, ItemOf, Kind } from './model.ts';
import { timeInWords } from './timeInWords.ts';
import { createSettler } from './settle.ts';
import { engineSource } from './source.ts';
import type { Source } from './source.ts';

/** What became of one kind. All three lists are empty when a kind was listed for the first time and holds nothing. */
export interface Change {
  readonly kind: Kind;
  readonly added: readonly Item[];
  readonly changed: readonly Item[];
  readonly removed: readonly Item[];
}

/** The engine's objects, kept right by its events. Items are immutable; one that didn't change stays the same object. */
export interface Store {
  /** In the engine's order, later ones at the end. Empty until the kind is loaded. The same array until something changes. */
  list<K extends Kind>(kind: K): readonly ItemOf[K][];
  get<K extends Kind>(kind: K, id: string): ItemOf[K] | undefined;
  /** Whether the kind has been listed. Stays true while the engine is away: what is known then is as of the last contact. */
  loaded(kind: Kind): boolean;
  /**
   * Lists the kind on first use; later calls return at once. Rejects with an EngineError when the list fails, 'dropped'
   * when there is no connection: then the kind is listed as soon as there is one, and onDidChange tells.
   */
  load(kind: Kind): Promise<void>;
  /**
   * Lists a loaded kind again. Only for what an engine does without telling: Podman (4.3) has no events for the making
   * and removing of networks. Rejects like `load`.
   */
  refresh(kind: Kind): Promise<void>;
  /** Told after the items have changed. A listener that throws is logged and does no harm. */
  readonly onDidChange: Event<Change>;
  /**
   * Told of each event of the engine, before what it changes has been read; after a reconnect some come again. For what a
   * state doesn't tell, such as how often a container died. A listener that throws is logged and does no harm.
   */
  readonly onEvent: Event<EngineEvent>;
}

/** A store with the side that a connection feeds it from. */
export interface FedStore extends Store {
  /**
   * Follows an engine: opens its event stream, lists again whatever has been loaded, and keeps it right. Resolves when
   * `signal` fires; rejects with an EngineError when the stream ends or breaks or the lists get no answer, after which the items
   * stay as they are until the next `follow`. One at a time.
   * @param options.onLive told once the stream stands and the lists are right, those that the engine refuses excepted
   */
  follow(
    client: Client,
    options: { readonly signal: AbortSignal; readonly onLive?: () => void },
  ): Promise<void>;
}

export interface StoreOptions {
  /** Told what had to be left out or tried again. */
  readonly log?: ((line: string) => void) | undefined;
  readonly clock?: Clock | undefined;
  /** Where a client's objects come from. */
  readonly source?: (client: Client, log: (line: string) => void) => Source;
}

/** Milliseconds between asking for the event stream and reading it after which the lists are read again. */
const patience = 500;

/** Makes an empty store. */
export function createStore(options: StoreOptions = {}): FedStore {
  const { log = () => {}, clock = systemClock, source: sourceOf = engineSource } = options;
  const emitter = createEmitter<Change>();
  const events = createEmitter<EngineEvent>();
  /** When containers were started, in engine's seconds: only events tell. */
  const started = new Map<string, number>();
  let lastEvent: number | undefined;
  let following = false;

  function fire(kind: Kind, difference: Difference<Item>) {
    tell(() => emitter.fire({ kind, ...difference }));
  }

  function tell(listeners: () => void) {
    try {
      listeners();
    } catch (error) {
      log(
        `A listener of the store failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    }
  }

  function lane<K extends Kind>(kind: K): Lane<K> {
    return createLane({ kind, log, clock, onChange: (difference) => fire(kind, difference) });
  }

  const images: Lane<'image'> = createLane({
    kind: 'image',
    log,
    clock,
    onChange(difference, by) {
      if (by === 'event') {
        if (hidesOrBares(difference, images.items())) relist('image');
        for (const [id, name] of takenNames(difference, images.items())) retagged(id, name);
      }
      fire('image', difference);
    },
  });
  const containers: Lane<'container'> = createLane({
    kind: 'container',
    log,
    clock,
    onChange: (difference) => fire('container', difference),
    complete: (item, before) => withTimes(item, started.get(item.id), before),
  });
  const lanes: { readonly [K in Kind]: Lane<K> } = {
    container: containers,
    image: images,
    network: lane('network'),
    volume: lane('volume'),
  };
  const all: readonly Lane<Kind>[] = [
    lanes.container,
    lanes.image,
    lanes.network,
    lanes.volume,
  ] as readonly unknown[] as readonly Lane<Kind>[];

  function relist(kind: Kind) {
    if (!lanes[kind].loaded()) return;
    // The lane logs a failure, and tries again.
    lanes[kind].list().catch(() => {});
  }

  function perform(effect: Effect, settle: (id: string) => void) {
    if (effect.do === 'list') relist(effect.kind);
    else if (effect.do === 'retagged') retagged(effect.id, effect.name);
    else if (effect.do === 'remove') lanes[effect.kind].removed(effect.id);
    else if (effect.do === 'read') lanes[effect.kind].changed(effect.id);
    else if (containers.wanted()) settle(effect.id);
  }

  /** An image got or lost a name: another may have had it before, and containers are listed by the name only while it is theirs. */
  function retagged(id: string, name: string) {
    for (const image of images.items()) {
      if (image.id !== id && image.tags.includes(name)) images.changed(image.id);
    }
    for (const container of containers.items()) {
      const { image, imageId } = container;
      if (imageId === id || image === name || `${image}:latest` === name)
        containers.changed(container.id);
    }
  }

  function take(event: EngineEvent, settle: (id: string) => void) {
    lastEvent = Math.max(lastEvent ?? 0, event.timeNano);
    if (event.kind === 'container') {
      if (event.action === 'start') started.set(event.id, event.time);
      else if (/^(die|died|destroy|remove)$/.test(event.action)) started.delete(event.id);
    }
    tell(() => events.fire(event));
    for (const effect of effectsOf(event)) perform(effect, settle);
  }

  return {
    list: (kind) => lanes[kind].items(),
    get: (kind, id) => lanes[kind].get(id),
    loaded: (kind) => lanes[kind].loaded(),
    load: (kind) => lanes[kind].load(),
    refresh: (kind) => lanes[kind].list(),
    onDidChange: emitter.event,
    onEvent: events.event,
    async follow(client, { signal, onLive }) {
      if (following) throw new Error('The store follows an engine already.');
      following = true;
      const inner = new AbortController();
      const end = () => inner.abort();
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      try {
        const source = sourceOf(client, log);
        // What happens between the opening of the stream and the engine's subscribing to its own events would be lost
        // without a time to start from.
        const since = lastEvent ?? source.clock();
        lastEvent ??= since;
        const asked = clock.now();
        const opening = source.events(since, inner.signal);
        started.clear();
        for (const each of all) each.connect(source, inner.signal);
        const list = () =>
          Promise.all(
            all.filter((each) => each.wanted()).map((each) => each.list().catch(refused)),
          );
        const [stream] = await Promise.all([opening, list()]);
        const { settle } = createSettler(source, inner.signal, containers.changed);
        // The engine keeps the last 256 events for those who come late: over a slow connection that may be too few.
        const late = clock.now() - asked > patience;
        const live = (late ? list() : Promise.resolve()).then(() => onLive?.());
        await Promise.race([
          Promise.all([live, pump(stream, (event) => take(event, settle))]),
          aborted(inner.signal),
        ]);
        throw new EngineError('dropped', 'The engine ended the connection.');
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', end);
        inner.abort();
        following = false;
      }
    },
  };
}

async function pump(events: AsyncIterable<EngineEvent>, take: (event: EngineEvent) => void) {
  for await (const event of events) take(event);
  throw new EngineError('dropped', 'The engine ended the connection.');
}

/**
 * An engine that can't list one kind (a damaged image), or a proxy that doesn't let it, still serves the others: the
 * lane tries again. What is no answer at all is the connection's failure.
 */
function refused(error: unknown): void {
  if (!(error instanceof EngineError) || (error.status ?? 0) < 400) throw error;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @param started when it was, by an event; `before` what was known until now */
function withTimes(item: Container, started: number | undefined, before?: Container): Container {
  const now = Date.now() / 1000;
  if (item.state === 'running' || item.state === 'paused')
    return { ...item, startedAt: started ?? timeInWords(item.status, now, before?.startedAt) };
  if (item.state !== 'exited') return item;
  return { ...item, finishedAt: timeInWords(item.status, now, before?.finishedAt) };
}

/**
 * Names of new images that others have still, which no longer have them: not every event tells of the name, that of a pull
 * or load does not.
 */
function takenNames(
  { added, changed }: Difference<Image>,
  now: readonly Image[],
): readonly (readonly [id: string, name: string])[] {
  return [...added, ...changed].flatMap(({ id, tags }) =>
    tags
      .filter((tag) => now.some((other) => other.id !== id && other.tags.includes(tag)))
      .map((tag) => [id, tag] as const),
  );
}

/**
 * Whether a change of single images may have shown or hidden others. The engine lists an image without names only while
 * no other is built on it, and doesn't tell when that changes.
 */
function hidesOrBares(difference: Difference<Image>, now: readonly Image[]): boolean {
  const nameless = (image: Image) => !image.tags.length && !image.digests.length;
  const { added, changed, removed } = difference;
  if ([...added, ...changed].some(nameless)) return true;
  if (removed.some((image) => image.parentId)) return true;
  return added.some((image) => image.parentId) && now.some(nameless);
}
