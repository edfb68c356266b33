import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Client } from '../../../../src/engine/client.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { readEvent } from '../../../../src/engine/events.ts';
import type { EngineEvent } from '../../../../src/engine/events.ts';
import { mapList } from '../../../../src/engine/mapping/list.ts';
import type { Item, ItemOf, Kind } from '../../../../src/engine/model.ts';
import type { ReadResult, Source } from '../../../../src/engine/source.ts';
import { createStore } from '../../../../src/engine/store.ts';
import type { Change } from '../../../../src/engine/store.ts';

/*
 * An engine answers too fast to be caught in the middle of an answer. Here each answer is held until the test lets go
 * of it; what the engine really does is tested against real ones in test/engine/store.test.ts.
 */

interface Held {
  readonly what: string;
  readonly ids: readonly string[];
  answer(): void;
  fail(error: EngineError): void;
}

export const item = (kind: Kind, id: string, more: object = {}): Item => {
  const raw = { Id: id, Name: id, Names: [`/${id}`], State: 'created', ...more };
  const [made] = mapList(kind, kind === 'volume' ? { Volumes: [raw] } : [raw], () => {});
  if (!made) throw new Error('no item');
  return made;
};

/** A store with an engine whose answers the test holds back. */
export function rig() {
  const engine: Record<Kind, Map<string, Item>> = {
    container: new Map(),
    image: new Map(),
    network: new Map(),
    volume: new Map(),
  };
  const held: Held[] = [];
  const calls: string[] = [];
  const log: string[] = [];
  const state = { holding: false, settled: [] as string[] };
  let push: (event: EngineEvent | EngineError) => void = () => {};

  function answer<T>(what: string, ids: readonly string[], make: () => T): Promise<T> {
    calls.push(ids.length ? `${what} ${ids.join(',')}` : what);
    if (!state.holding) return Promise.resolve(make());
    return new Promise((resolve, reject) => {
      // What is answered is as of the asking.
      const made = make();
      held.push({ what, ids, answer: () => resolve(made), fail: reject });
    });
  }

  const source: Source = {
    list: <K extends Kind>(kind: K) =>
      answer(`list ${kind}`, [], () => [...engine[kind].values()] as ItemOf[K][]),
    read: async <K extends Kind>(
      kind: K,
      ids: readonly string[],
    ): Promise<ReadResult<ItemOf[K]>> => {
      try {
        return await answer(`read ${kind}`, ids, () => ({
          items: ids.flatMap((id) => engine[kind].get(id) ?? []) as ItemOf[K][],
          failed: [],
        }));
      } catch (error) {
        return { items: [], failed: ids.map((id) => ({ id, error: error as EngineError })) };
      }
    },
    settle: async (id) => void state.settled.push(id),
    clock: () => 1e18,
    async events(_since, signal) {
      const queue: (EngineEvent | EngineError)[] = [];
      let wake = () => {};
      push = (event) => {
        queue.push(event);
        wake();
      };
      signal.addEventListener('abort', () => wake());
      return (async function* () {
        while (!signal.aborted) {
          const next = queue.shift();
          if (next instanceof EngineError) throw next;
          if (next) yield next;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })();
    },
  };
  const store = createStore({ log: (line) => log.push(line), source: () => source });
  const changes: Change[] = [];
  store.onDidChange((change) => changes.push(change));
  const tick = () => sleep(5);
  return {
    engine,
    held,
    calls,
    log,
    state,
    store,
    changes,
    tick,
    event(type: string, action: string, id: string, attributes: object = {}) {
      const event = readEvent({
        Type: type,
        Action: action,
        Actor: { ID: id, Attributes: attributes },
        time: 1_000_000_001,
        timeNano: 1_000_000_001e9,
      });
      if (!event) throw new Error('not an event');
      push(event);
    },
    fail: (error: EngineError) => push(error),
    follow() {
      const controller = new AbortController();
      onTestFinished(() => controller.abort());
      let settle: () => void = () => {};
      const live = new Promise<void>((resolve) => (settle = resolve));
      const done = store.follow({} as Client, { signal: controller.signal, onLive: settle });
      done.catch(() => {});
      return { live, done, stop: () => controller.abort() };
    },
  };
}

export const ids = (items: readonly Item[]) => items.map(({ id }) => id);
