import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ids, item, rig } from './support/storeRig.ts';

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
});
