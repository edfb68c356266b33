import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import { ids, item, rig } from './support/storeRig.ts';

describe('the store', () => {
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
