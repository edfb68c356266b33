import { describe, expect, it } from 'vitest';
import { effectsOf, eventFilters } from '../../../src/engine/effects.ts';
import { readEvent, sinceOf } from '../../../src/engine/events.ts';

const line = (Type: string, Action: string, ID: string, Attributes: object = {}) => ({
  Type,
  Action,
  Actor: { ID, Attributes },
  time: 1_795_244_825,
  timeNano: 1_795_244_825_438_504_400,
});

const effects = (...args: Parameters<typeof line>) => {
  const event = readEvent(line(...args));
  if (!event) throw new Error('not an event');
  return effectsOf(event);
};

describe('an event', () => {
  it('is read, its verb apart from what follows it', () => {
    expect(readEvent(line('container', 'health_status: unhealthy', 'c1', { name: 'x' }))).toEqual({
      kind: 'container',
      action: 'health_status',
      id: 'c1',
      attributes: { name: 'x' },
      time: 1_795_244_825,
      timeNano: 1_795_244_825_438_504_400,
    });
  });

  it.each([null, 5, 'x', [], {}, { Type: 'container' }, { Type: 'plugin', Action: 'enable' }])(
    'that is %j is none of ours',
    (value) => {
      expect(readEvent(value)).toBeUndefined();
    },
  );

  it('survives an actor that is none', () => {
    expect(readEvent({ Type: 'image', Action: 'prune', Actor: null, time: 'x' })).toMatchObject({
      id: '',
      attributes: {},
      time: 0,
    });
  });

  it('can be asked for again from a moment before it', () => {
    expect(sinceOf(1_795_244_825_438_504_400)).toMatch(/^1795244825\.43850[34]\d{3}$/);
    expect(sinceOf(1_795_244_825_000_000_000)).toBe('1795244824.999999000');
    expect(sinceOf(0)).toBe('0');
  });
});

describe('an event of Podman', () => {
  const read = (type: string, action: string, id: string, attributes: object) =>
    readEvent(line(type, action, id, attributes), true);
  it('is read as Docker’s would be', () => {
    const id = 'f'.repeat(64);
    expect(read('volume', 'create', '', { name: 'v' })).toMatchObject({ id: 'v' });
    expect(read('image', 'build', '', { name: id })).toMatchObject({ id: `sha256:${id}` });
    expect(read('image', 'delete', id, { name: 'x:1' })).toMatchObject({
      id: `sha256:${id}`,
      action: 'untag',
    });
    expect(read('network', 'connect', 'c1', { name: 'web' })?.attributes).toMatchObject({
      container: 'c1',
    });
  });
});

describe('what an event means', () => {
  it.each([
    ['create', 'read'],
    ['start', 'read'],
    ['rename', 'read'],
    ['health_status: healthy', 'read'],
    ['die', 'settle'],
    ['pause', 'settle'],
    ['unpause', 'settle'],
    ['destroy', 'remove'],
  ])('a container’s %s: %s', (action, what) => {
    expect(effects('container', action, 'c1')).toEqual([{ do: what, kind: 'container', id: 'c1' }]);
  });

  it.each(['exec_create: sh -c x', 'exec_die', 'attach', 'top', 'kill', 'constructor'])(
    'nothing for a container’s %s',
    (action) => {
      expect(effects('container', action, 'c1')).toEqual([]);
    },
  );

  it('a network’s connect concerns the container', () => {
    expect(effects('network', 'connect', 'n1', { container: 'c1' })).toEqual([
      { do: 'settle', kind: 'container', id: 'c1' },
    ]);
  });

  it('a tag may have been another image’s before', () => {
    expect(effects('image', 'tag', 'sha256:1', { name: 'x:1' })).toEqual([
      { do: 'read', kind: 'image', id: 'sha256:1' },
      { do: 'retagged', id: 'sha256:1', name: 'x:1' },
    ]);
  });

  it('a commit and the end of a build step tell of images', () => {
    expect(effects('container', 'commit', 'c1', { imageID: 'sha256:2' })).toEqual([
      { do: 'read', kind: 'image', id: 'sha256:2' },
    ]);
    expect(effects('container', 'destroy', 'c1', { image: 'sha256:2' })).toContainEqual({
      do: 'list',
      kind: 'image',
    });
  });

  it.each(['container', 'image', 'network', 'volume'])('a prune of %ss lists them', (kind) => {
    expect(effects(kind, 'prune', '')).toContainEqual({ do: 'list', kind });
  });

  it('asks the engine for nothing that it would ignore', () => {
    const { event = [] } = eventFilters();
    expect(event).toContain('health_status');
    // It changes no item, but has to be told.
    expect(event).toContain('oom');
    expect(event.filter((name) => /exec|attach|mount|^top$|kill/.test(name))).toEqual([]);
  });
});
