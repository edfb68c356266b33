import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { readEvent } from '../../../src/engine/events.ts';
import type { EngineEvent } from '../../../src/engine/events.ts';
import { mapList } from '../../../src/engine/mapping/list.ts';
import type { Item, ItemOf, Kind } from '../../../src/engine/model.ts';
import type { ReadResult, Source } from '../../../src/engine/source.ts';
import { createStore } from '../../../src/engine/store.ts';
import type { Change } from '../../../src/engine/store.ts';

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

const item = (kind: Kind, id: string, more: object = {}): Item => {
  const raw = { Id: id, Name: id, Names: [`/${id}`], State: 'created', ...more };
  const [made] = mapList(kind, kind === 'volume' ? { Volumes: [raw] } : [raw], () => {});
  if (!made) throw new Error('no item');
  return made;
};

function rig() {
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

const ids = (items: readonly Item[]) => items.map(({ id }) => id);

describe('the store', () => {
  it('lists a kind once, and events of kinds that nobody asked for cost nothing', async () => {
    const { store, engine, calls, event, follow, tick } = rig();
    engine.container.set('c1', item('container', 'c1'));
    await follow().live;
    event('container', 'create', 'c1');
    event('image', 'tag', 'i1', { name: 'x' });
    event('network', 'connect', 'n1', { container: 'c1' });
    await tick();
    expect(calls).toEqual([]);
    await Promise.all([store.load('container'), store.load('container')]);
    await store.load('container');
    expect(calls).toEqual(['list container']);
    expect(ids(store.list('container'))).toEqual(['c1']);
    expect(store.list('container')).toBe(store.list('container'));
  });

  it('says so when a kind turns out to be empty', async () => {
    const { store, changes, follow } = rig();
    await follow().live;
    await store.load('volume');
    expect(changes).toEqual([{ kind: 'volume', added: [], changed: [], removed: [] }]);
    expect(store.loaded('volume')).toBe(true);
  });

  it('refuses to load without an engine, and does so when there is one', async () => {
    const { store, engine, follow } = rig();
    engine.network.set('n1', item('network', 'n1'));
    await expect(store.load('network')).rejects.toMatchObject({ reason: 'dropped' });
    await follow().live;
    expect(ids(store.list('network'))).toEqual(['n1']);
  });

  it('loses no event that comes while a list is under way', async () => {
    const { store, engine, held, state, event, follow, tick } = rig();
    engine.container.set('old', item('container', 'old'));
    engine.container.set('going', item('container', 'going'));
    await follow().live;
    state.holding = true;
    const loading = store.load('container');
    await tick();
    engine.container.set('new', item('container', 'new'));
    engine.container.set('old', item('container', 'old', { State: 'running' }));
    engine.container.delete('going');
    event('container', 'create', 'new');
    event('container', 'start', 'old');
    event('container', 'destroy', 'going');
    await tick();
    state.holding = false;
    held[0]?.answer();
    await loading;
    expect(store.get('container', 'going')).toBeUndefined();
    await expect.poll(() => ids(store.list('container'))).toEqual(['old', 'new']);
    expect(store.get('container', 'old')?.state).toBe('running');
  });

  it('does not bring back what was removed while it was being read', async () => {
    const { store, engine, held, state, event, follow, tick, changes } = rig();
    await follow().live;
    await store.load('container');
    state.holding = true;
    engine.container.set('c1', item('container', 'c1'));
    event('container', 'create', 'c1');
    await expect.poll(() => held.length).toBe(1);
    event('container', 'destroy', 'c1');
    await tick();
    held[0]?.answer();
    await tick();
    expect(store.list('container')).toEqual([]);
    expect(changes.flatMap(({ added }) => ids(added))).toEqual([]);
  });

  it('takes what is removed out at once, without a call', async () => {
    const { store, engine, calls, event, follow, tick } = rig();
    engine.volume.set('v', item('volume', 'v'));
    await follow().live;
    await store.load('volume');
    await sleep(110);
    event('volume', 'destroy', 'v');
    await tick();
    expect(store.list('volume')).toEqual([]);
    expect(calls).toEqual(['list volume']);
  });

  it('reads many events in few calls and one object in one', async () => {
    const { store, engine, calls, event, follow, tick } = rig();
    await follow().live;
    await store.load('container');
    await sleep(110);
    calls.length = 0;
    for (let n = 0; n < 100; n++) {
      engine.container.set(`c${n}`, item('container', `c${n}`));
      event('container', 'create', `c${n}`);
    }
    await expect.poll(() => store.list('container').length).toBe(100);
    expect(calls.length).toBeLessThanOrEqual(3);
    await sleep(110);
    calls.length = 0;
    event('container', 'rename', 'c7');
    await tick();
    expect(calls).toEqual(['read container c7']);
  });

  it('keeps the identity of what did not change', async () => {
    const { store, engine, event, follow, changes, tick } = rig();
    engine.container.set('c1', item('container', 'c1'));
    await follow().live;
    await store.load('container');
    const before = store.get('container', 'c1');
    const list = store.list('container');
    engine.container.set('c1', item('container', 'c1'));
    event('container', 'rename', 'c1');
    await sleep(30);
    await tick();
    expect(store.get('container', 'c1')).toBe(before);
    expect(store.list('container')).toBe(list);
    expect(changes).toHaveLength(1);
  });

  it('is not starved by a container that never rests', async () => {
    const { store, engine, event, follow } = rig();
    engine.container.set('crash', item('container', 'crash'));
    await follow().live;
    await store.load('container');
    const stop = new AbortController();
    const crashing = (async () => {
      for (let n = 0; !stop.signal.aborted; n++) {
        engine.container.set('crash', item('container', 'crash', { Command: `${n}` }));
        event('container', 'start', 'crash');
        await sleep(1);
      }
    })();
    await sleep(100);
    engine.container.set('calm', item('container', 'calm'));
    event('container', 'create', 'calm');
    await expect.poll(() => store.get('container', 'calm'), { interval: 2 }).toBeDefined();
    stop.abort();
    await crashing;
  });

  it('waits for the engine before it reads what the engine told of too early', async () => {
    const { store, engine, state, calls, event, follow } = rig();
    engine.container.set('c1', item('container', 'c1', { State: 'running' }));
    await follow().live;
    await store.load('container');
    event('container', 'die', 'c1');
    await expect.poll(() => calls).toContain('read container c1');
    expect(state.settled).toEqual(['c1']);
  });

  it('knows since when a container runs that was started before its eyes', async () => {
    const { store, engine, event, follow } = rig();
    engine.container.set('c1', item('container', 'c1', { State: 'running', Status: 'Up' }));
    await follow().live;
    await store.load('container');
    expect(store.get('container', 'c1')?.startedAt).toBeUndefined();
    event('container', 'start', 'c1');
    await expect.poll(() => store.get('container', 'c1')?.startedAt).toBe(1_000_000_001);
  });

  it('knows of the engine’s words since when a container runs, until it runs anew', async () => {
    const { store, engine, follow } = rig();
    const listed = (status: string) =>
      item('container', 'c1', { State: 'running', Status: status });
    const hours = () =>
      (Date.now() / 1000 - (store.get('container', 'c1')?.startedAt ?? NaN)) / 3600;
    engine.container.set('c1', listed('Up 3 hours (healthy)'));
    await follow().live;
    await store.load('container');
    const since = store.get('container', 'c1')?.startedAt;
    expect(hours()).toBeCloseTo(3, 1);
    // The engine rounds: that is no other start.
    engine.container.set('c1', listed('Up 4 hours'));
    await store.refresh('container');
    expect(store.get('container', 'c1')?.startedAt).toBe(since);
    for (const [status, expected] of [
      ['Up About an hour', 1],
      ['Up Less than a second', 0],
      ['Up 2 days', 48],
    ] as const) {
      engine.container.set('c1', listed(status));
      await store.refresh('container');
      expect(hours()).toBeCloseTo(expected, 1);
    }
  });

  it('knows of the engine’s words since when a container is over', async () => {
    const { store, engine, follow } = rig();
    const listed = (state: string, status: string) =>
      item('container', 'c1', { State: state, Status: status });
    const times = () => {
      const { startedAt, finishedAt } = store.get('container', 'c1') ?? {};
      const hours = (Date.now() / 1000 - (finishedAt ?? NaN)) / 3600;
      return [startedAt, Number.isNaN(hours) ? undefined : Math.round(hours)];
    };
    engine.container.set('c1', listed('exited', 'Exited (137) 2 days ago'));
    await follow().live;
    await store.load('container');
    expect(times()).toEqual([undefined, 48]);
    engine.container.set('c1', listed('running', 'Up Less than a second'));
    await store.refresh('container');
    expect(times()).toEqual([expect.any(Number), undefined]);
    engine.container.set('c1', listed('exited', 'Exited (-1) About an hour ago'));
    await store.refresh('container');
    expect(times()).toEqual([undefined, 1]);
  });

  it('reads the image that lost a tag to another, and the containers that go by it', async () => {
    const { store, engine, calls, event, follow } = rig();
    engine.image.set('i1', item('image', 'i1', { RepoTags: ['x:latest'] }));
    engine.container.set('c1', item('container', 'c1', { Image: 'x', ImageID: 'i1' }));
    await follow().live;
    await Promise.all([store.load('image'), store.load('container')]);
    engine.image.set('i1', item('image', 'i1', { RepoTags: ['y:1'] }));
    engine.image.set('i2', item('image', 'i2', { RepoTags: ['x:latest'] }));
    engine.container.set('c1', item('container', 'c1', { Image: 'i1', ImageID: 'i1' }));
    event('image', 'tag', 'i2', { name: 'x:latest' });
    await expect.poll(() => store.get('image', 'i1')?.tags).toEqual(['y:1']);
    expect(store.get('image', 'i2')?.tags).toEqual(['x:latest']);
    await expect.poll(() => store.get('container', 'c1')?.image).toBe('i1');
    expect(calls.filter((call) => call.startsWith('list'))).toHaveLength(2);
  });

  it('lists images again when one loses its last name, for the engine may hide it', async () => {
    const { store, engine, calls, event, follow } = rig();
    engine.image.set('i1', item('image', 'i1', { RepoTags: ['x:1'] }));
    await follow().live;
    await store.load('image');
    engine.image.set('i1', item('image', 'i1', { RepoTags: [] }));
    event('image', 'untag', 'i1', { name: 'i1' });
    await expect.poll(() => calls.filter((call) => call === 'list image').length).toBe(2);
    // And no third time: what a list shows is so.
    await sleep(250);
    expect(calls.filter((call) => call === 'list image')).toHaveLength(2);
  });

  it('takes a name from the image that had it, where the event tells of another', async () => {
    const { store, engine, event, follow } = rig();
    engine.image.set('i1', item('image', 'i1', { RepoTags: ['x:1', 'kept:1'] }));
    const of = (image: string) => item('container', 'c', { Image: image, ImageID: 'i1' });
    engine.container.set('c', of('x:1'));
    await follow().live;
    await Promise.all([store.load('image'), store.load('container')]);
    engine.image.set('i1', item('image', 'i1', { RepoTags: ['kept:1'] }));
    engine.image.set('i2', item('image', 'i2', { RepoTags: ['x:1'] }));
    engine.container.set('c', of('i1'));
    // So of an image that is loaded: its name stands for the id.
    event('image', 'load', 'i2', { name: 'i2' });
    const tags = () => store.list('image').map((image) => [image.id, ...image.tags].join(' '));
    await expect.poll(() => tags().toSorted()).toEqual(['i1 kept:1', 'i2 x:1']);
    await expect.poll(() => store.get('container', 'c')?.image).toBe('i1');
  });

  it('lists a kind again after a prune', async () => {
    const { store, engine, event, follow } = rig();
    engine.volume.set('v', item('volume', 'v'));
    await follow().live;
    await store.load('volume');
    engine.volume.clear();
    event('volume', 'prune', '');
    await expect.poll(() => store.list('volume')).toEqual([]);
  });

  it('outlives its listeners’ errors', async () => {
    const { store, engine, log, event, follow } = rig();
    store.onDidChange(() => {
      throw new Error('a bug elsewhere');
    });
    await follow().live;
    await store.load('container');
    engine.container.set('c1', item('container', 'c1'));
    event('container', 'create', 'c1');
    await expect.poll(() => store.list('container').length).toBe(1);
    expect(log.join()).toContain('a bug elsewhere');
  });

  it('tells of the events themselves, and outlives what that leads to', async () => {
    const { store, event, follow, log } = rig();
    const told: string[] = [];
    store.onEvent(({ action, id }) => {
      told.push(`${action} ${id}`);
      throw new Error('a bug of the listener');
    });
    await follow().live;
    event('container', 'die', 'c1');
    event('container', 'start', 'c1');
    await expect.poll(() => told).toEqual(['die c1', 'start c1']);
    expect(log.join()).toContain('a bug of the listener');
  });

  it('tries a read that failed again, and keeps what it had until then', async () => {
    const { store, engine, held, state, log, event, follow } = rig();
    engine.network.set('n1', item('network', 'n1'));
    await follow().live;
    await store.load('network');
    state.holding = true;
    engine.network.set('n1', item('network', 'n1', { Driver: 'other' }));
    event('network', 'update', 'n1');
    await expect.poll(() => held.length).toBe(1);
    state.holding = false;
    held[0]?.fail(new EngineError('server', 'out of sorts'));
    await expect.poll(() => log.length).toBe(1);
    expect(ids(store.list('network'))).toEqual(['n1']);
    await expect.poll(() => store.get('network', 'n1')?.driver, { timeout: 2000 }).toBe('other');
  });

  it('is exactly right after the engine was away, and keeps what it knew meanwhile', async () => {
    const { store, engine, fail, follow, changes, calls } = rig();
    for (const id of ['stays', 'goes', 'changes']) engine.container.set(id, item('container', id));
    const first = follow();
    await first.live;
    await store.load('container');
    const stays = store.get('container', 'stays');
    fail(new EngineError('dropped', 'gone'));
    await expect(first.done).rejects.toMatchObject({ reason: 'dropped' });
    expect(ids(store.list('container'))).toEqual(['stays', 'goes', 'changes']);
    expect(store.loaded('container')).toBe(true);
    engine.container.delete('goes');
    engine.container.set('changes', item('container', 'changes', { State: 'running' }));
    engine.container.set('new', item('container', 'new'));
    changes.length = 0;
    calls.length = 0;
    await follow().live;
    expect(calls).toEqual(['list container']);
    expect(store.get('container', 'stays')).toBe(stays);
    expect(changes.map((c) => [ids(c.added), ids(c.changed), ids(c.removed)])).toEqual([
      [['new'], ['changes'], ['goes']],
    ]);
  });

  it('serves the other kinds when the engine refuses to list one, and tries that again', async () => {
    const { store, engine, held, state, follow } = rig();
    engine.image.set('i1', item('image', 'i1'));
    engine.volume.set('v1', item('volume', 'v1'));
    const first = follow();
    await first.live;
    await store.load('volume');
    state.holding = true;
    const loading = store.load('image');
    await expect.poll(() => held.length).toBe(1);
    const refusal = new EngineError('forbidden', 'not for you', { status: 403 });
    held[0]?.fail(refusal);
    await expect(loading).rejects.toThrow('not for you');
    first.stop();
    await first.done;
    const second = follow();
    await expect.poll(() => held.length).toBe(3);
    state.holding = false;
    for (const { what, answer, fail } of held.slice(1))
      if (what === 'list image') fail(refusal);
      else answer();
    await second.live;
    expect(ids(store.list('volume'))).toEqual(['v1']);
    await expect.poll(() => ids(store.list('image')), { timeout: 2000 }).toEqual(['i1']);
  });

  it('ends quietly when it is told to, and fails with a list that fails', async () => {
    const { store, held, state, follow } = rig();
    const first = follow();
    await first.live;
    state.holding = true;
    const loading = store.load('image');
    await expect.poll(() => held.length).toBe(1);
    held[0]?.fail(new EngineError('server', 'no list today'));
    await expect(loading).rejects.toThrow('no list today');
    first.stop();
    await expect(first.done).resolves.toBeUndefined();
    const second = follow();
    await expect.poll(() => held.length).toBe(2);
    held[1]?.fail(new EngineError('server', 'nor tomorrow'));
    await expect(second.done).rejects.toThrow('nor tomorrow');
  });
});
