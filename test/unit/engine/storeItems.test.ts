import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { item, rig } from './support/storeRig.ts';

describe('the store', () => {
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
});
