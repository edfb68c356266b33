import { applyItems } from './changes.ts';
import type { Difference } from './changes.ts';
import { createCoalescer, systemClock } from './coalesce.ts';
import type { Clock } from './coalesce.ts';
import { EngineError } from './errors.ts';
import type { ItemOf, Kind } from './model.ts';
import type { Source } from './source.ts';

export interface LaneOptions<K extends Kind> {
  readonly kind: K;
  /** Told of what changed, and whether by a list, which is complete, or by single events. */
  readonly onChange: (difference: Difference<ItemOf[K]>, by: 'list' | 'event') => void;
  readonly log: (line: string) => void;
  readonly clock?: Clock | undefined;
  /** Gives an item that was just read what only events tell. */
  readonly complete?: (item: ItemOf[K], before: ItemOf[K] | undefined) => ItemOf[K];
}

/** The items of one kind and how they are kept right. Reads of a lane follow one another, so none can undo a later one. */
export interface Lane<K extends Kind> {
  readonly items: () => readonly ItemOf[K][];
  readonly get: (id: string) => ItemOf[K] | undefined;
  readonly loaded: () => boolean;
  /** Whether anybody ever asked for this kind. */
  readonly wanted: () => boolean;
  /** Lists the kind unless that has been done. Rejects with the EngineError of the list. */
  readonly load: () => Promise<void>;
  /** Lists the kind, again too. Rejects with the EngineError of the list. */
  readonly list: () => Promise<void>;
  /** The object is new or has changed: a read that starts now sees it. */
  readonly changed: (id: string) => void;
  /** The object is gone. */
  readonly removed: (id: string) => void;
  /** From now on, until the signal fires, reads go to `source`. */
  readonly connect: (source: Source, signal: AbortSignal) => void;
}

interface Waiter {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A read that failed though the connection stands is tried again after these times, in milliseconds. */
const retries = [500, 2000, 8000];

/** Makes an empty lane. */
export function createLane<K extends Kind>(options: LaneOptions<K>): Lane<K> {
  const { kind, log, clock = systemClock } = options;
  const items = new Map<string, ItemOf[K]>();
  let view: readonly ItemOf[K][] | undefined;
  let loaded = false;
  let wanted = false;
  let busy = false;
  let listing: Waiter | undefined;
  let nextList: Waiter | undefined;
  let source: Source | undefined;
  let signal = AbortSignal.abort();
  const dirty = new Set<string>();
  const gone = new Set<string>();
  /** Removed while a read was under way, whose answer may still hold them. */
  const goneMeanwhile = new Set<string>();
  /** How often reads have failed, by id; those of lists have none. */
  const attempts = new Map<string, number>();
  const coalescer = createCoalescer(() => void work(), undefined, clock);

  function apply(
    next: readonly ItemOf[K][],
    removed: Iterable<string>,
    by: 'list' | 'event' = 'event',
  ): boolean {
    const { complete } = options;
    const completed = complete ? next.map((item) => complete(item, items.get(item.id))) : next;
    const difference = applyItems(items, completed, removed);
    if (!difference) return false;
    view = undefined;
    options.onChange(difference, by);
    return true;
  }

  async function work() {
    if (gone.size) {
      const ids = [...gone];
      gone.clear();
      apply([], ids);
    }
    if (busy || !source || signal.aborted) return;
    busy = true;
    goneMeanwhile.clear();
    const mine = { source, signal };
    try {
      if (nextList) await list(mine);
      else if (dirty.size) await read(mine);
    } finally {
      busy = false;
    }
    // What came in meanwhile waits for its turn like any other, so that one restless object can't keep the lane busy.
    if (nextList || dirty.size || gone.size) coalescer.request();
  }

  async function list(mine: { source: Source; signal: AbortSignal }) {
    const waiter = nextList;
    nextList = undefined;
    listing = waiter;
    // Whatever these ids became, the list shows it.
    const covered = [...dirty];
    dirty.clear();
    try {
      const listed = await mine.source.list(kind, mine.signal);
      if (mine.signal.aborted) throw new EngineError('cancelled', 'The connection was ended.');
      const present = listed.filter((item) => !goneMeanwhile.has(item.id));
      const ids = new Set(present.map((item) => item.id));
      const first = !loaded;
      loaded = true;
      const any = apply(
        present,
        [...items.keys()].filter((id) => !ids.has(id)),
        'list',
      );
      // An empty kind is news too: only now is it known to be empty.
      if (first && !any) options.onChange({ added: [], changed: [], removed: [] }, 'list');
      attempts.delete('');
      waiter?.resolve();
    } catch (error) {
      if (!mine.signal.aborted) {
        for (const id of covered) dirty.add(id);
        retry('', error, mine.signal);
      }
      waiter?.reject(error);
    } finally {
      listing = undefined;
    }
  }

  async function read(mine: { source: Source; signal: AbortSignal }) {
    const ids = [...dirty];
    dirty.clear();
    const { items: found, failed } = await mine.source.read(kind, ids, mine.signal);
    if (mine.signal.aborted) return;
    const failedIds = new Set(failed.map(({ id }) => id));
    const present = found.filter((item) => !goneMeanwhile.has(item.id));
    const seen = new Set(present.map((item) => item.id));
    apply(
      present,
      ids.filter((id) => !seen.has(id) && !failedIds.has(id)),
    );
    for (const id of ids) if (!failedIds.has(id)) attempts.delete(id);
    for (const { id, error } of failed) retry(id, error, mine.signal);
  }

  function retry(id: string, error: unknown, during: AbortSignal) {
    const attempt = attempts.get(id) ?? 0;
    const delay = retries[attempt];
    const what = id ? `read ${kind} ${id}` : `list the ${kind}s`;
    const why = error instanceof Error ? error.message : String(error);
    log(`Could not ${what}: ${why}${delay ? '' : ' Gave up.'}`);
    if (delay === undefined) {
      attempts.delete(id);
      return;
    }
    attempts.set(id, attempt + 1);
    const stop = clock.later(delay, () => {
      during.removeEventListener('abort', stop);
      if (id) dirty.add(id);
      else nextList ??= createWaiter();
      coalescer.request();
    });
    during.addEventListener('abort', stop, { once: true });
  }

  function askForList(): Promise<void> {
    wanted = true;
    if (!source || signal.aborted)
      return Promise.reject(new EngineError('dropped', 'There is no connection to an engine.'));
    nextList ??= createWaiter();
    const { promise } = nextList;
    coalescer.request();
    return promise;
  }

  return {
    items: () => (view ??= [...items.values()]),
    get: (id) => items.get(id),
    loaded: () => loaded,
    wanted: () => wanted,
    load: () => (loaded ? Promise.resolve() : ((nextList ?? listing)?.promise ?? askForList())),
    list: askForList,
    changed(id) {
      if (!wanted) return;
      gone.delete(id);
      dirty.add(id);
      coalescer.request();
    },
    removed(id) {
      if (!wanted) return;
      dirty.delete(id);
      if (busy) goneMeanwhile.add(id);
      if (!items.has(id)) return;
      gone.add(id);
      coalescer.request();
    },
    connect(to, until) {
      source = to;
      signal = until;
      const end = () => {
        source = undefined;
        coalescer.cancel();
        dirty.clear();
        attempts.clear();
        nextList?.reject(new EngineError('dropped', 'The connection to the engine was lost.'));
        nextList = undefined;
      };
      until.addEventListener('abort', end, { once: true });
    },
  };
}

function createWaiter(): Waiter {
  let settle: Pick<Waiter, 'resolve' | 'reject'> = { resolve() {}, reject() {} };
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // Whoever waits hears of a failure; a list that the store asked for on its own may have nobody waiting.
  promise.catch(() => {});
  return { promise, ...settle };
}
