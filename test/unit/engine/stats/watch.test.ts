import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineError } from '../../../../src/engine/errors.ts';
import { createStatsWatch } from '../../../../src/engine/stats/watch.ts';
import { createEmitter } from '../../../../src/util/emitter.ts';
import { fakeClock } from '../support/clock.ts';

/** An engine that answers as a test wants it to; what real ones do is tested in test/engine/stats.test.ts. */
function rig(names: readonly string[], url = 'unix:///test') {
  const [changed, items] = [createEmitter<void>(), createEmitter<never>()];
  const streams = new Map<string, PassThrough>();
  const refused = new Map<string, EngineError>();
  const asked: string[] = [];
  const described: string[] = [];
  const log: string[] = [];
  const containers = names.map((id) => ({ id, name: id, state: 'running' }));
  const client = {
    endpoint: { url },
    async request({ path, signal }: { path: string; signal?: AbortSignal }) {
      const id = /^\/containers\/([^/?]+)/.exec(path)?.[1] ?? '';
      if (path.endsWith('/json')) {
        described.push(id);
        return { RestartCount: 2 };
      }
      asked.push(id);
      const error = refused.get(id);
      if (error) throw error;
      const stream = new PassThrough();
      signal?.addEventListener('abort', () => stream.destroy());
      streams.set(id, stream);
      return stream;
    },
  };
  const engine = {
    state: { name: 'connected', client },
    store: {
      list: () => containers,
      get: (_: string, id: string) => containers.find((one) => one.id === id),
      loaded: () => true,
    },
    endpoint: undefined,
    onDidChange: changed.event,
    onDidChangeItems: items.event,
  };
  const clock = fakeClock();
  const watch = createStatsWatch(engine as never, (line) => log.push(line), clock);
  onTestFinished(() => watch.dispose());
  const sample = (id: string, second: number) =>
    streams.get(id)?.write(`{"read":"2026-11-28T19:10:${String(second).padStart(2, '0')}Z"}\n`);
  return { watch, clock, engine, changed, streams, refused, asked, described, log, sample };
}

const settled = () => new Promise((done) => setImmediate(done));

describe('a watch', () => {
  test('goes on with the others where one cannot be read, says why, and tries it again', async () => {
    const { watch, refused, sample, clock, asked, log } = rig(['good', 'bad']);
    refused.set('bad', new EngineError('server', 'The runtime does not answer.'));
    watch.open();
    await expect.poll(() => watch.failure('bad')).toBe('The runtime does not answer.');
    await settled();
    sample('good', 10);
    await expect.poll(() => watch.figures('good')).toBeTruthy();
    expect(watch.failure('good')).toBeUndefined();
    expect(log).toEqual(['Stats of bad: The runtime does not answer.']);
    refused.clear();
    clock.advance(500);
    await expect.poll(() => asked.filter((id) => id === 'bad').length).toBe(2);
    await settled();
    sample('bad', 12);
    await expect.poll(() => watch.failure('bad')).toBeUndefined();
  });

  test('asks ever more seldom for a stream that ends at once, and not at all when nobody looks', async () => {
    const { watch, streams, clock, asked } = rig(['c']);
    const look = watch.open();
    for (const pause of [500, 1000, 2000]) {
      const before = asked.length;
      await expect.poll(() => streams.has('c')).toBe(true);
      streams.get('c')?.end();
      streams.delete('c');
      await expect.poll(() => clock.timers()).toBe(1);
      clock.advance(pause - 1);
      expect(asked).toHaveLength(before);
      clock.advance(1);
      await expect.poll(() => asked.length).toBe(before + 1);
    }
    streams.get('c')?.end();
    await expect.poll(() => clock.timers()).toBe(1);
    look.dispose();
    expect(clock.timers()).toBe(0);
    expect(watch.streams).toBe(0);
  });

  test('keeps one stream of a container for all who look, until the last of them goes', async () => {
    const { watch, asked } = rig(['a', 'b', 'c']);
    const some = watch.open(({ id }) => id !== 'c');
    expect(watch.streams).toBe(2);
    const same = watch.open(({ id }) => id === 'b');
    const all = watch.open();
    expect(watch.streams).toBe(3);
    some.dispose();
    all.dispose();
    all.dispose();
    expect(watch.streams).toBe(1);
    same.dispose();
    expect(watch.streams).toBe(0);
    await settled();
    expect(asked.filter((id) => id === 'b')).toHaveLength(1);
  });

  test('says nothing of one that is refused right after its stream has ended, unless that goes on', async () => {
    const { watch, refused, sample, clock, asked, log, streams } = rig(['c']);
    watch.open();
    await expect.poll(() => streams.has('c')).toBe(true);
    sample('c', 10);
    await expect.poll(() => watch.figures('c')).toBeTruthy();
    refused.set('c', new EngineError('server', 'It does not run.'));
    streams.get('c')?.end();
    await settled();
    clock.advance(20_000);
    await expect.poll(() => asked.length).toBe(2);
    await settled();
    expect([watch.failure('c'), log]).toEqual([undefined, []]);
    clock.advance(20_000);
    await expect.poll(() => watch.failure('c')).toBe('It does not run.');
  });

  test('asks for restarts once, of those alone of which it is wanted, and again in another look', async () => {
    const { watch, described, streams } = rig(['a', 'b']);
    const look = watch.open();
    await expect.poll(() => streams.size).toBe(2);
    await settled();
    expect(described).toEqual([]);
    expect(watch.restarts('a')).toBeUndefined();
    // It ends before the answer came.
    look.dispose();
    await settled();
    watch.open();
    await expect.poll(() => watch.restarts('a')).toBe(2);
    await settled();
    expect(watch.restarts('a')).toBe(2);
    expect(described).toEqual(['a', 'a']);
  });

  test('knows nothing any more once another engine is chosen', async () => {
    const { watch, sample, engine, changed, streams } = rig(['c']);
    watch.open();
    await expect.poll(() => streams.has('c')).toBe(true);
    sample('c', 10);
    await expect.poll(() => watch.history('c')).toBeTruthy();
    await expect.poll(() => watch.restarts('c')).toBe(2);
    engine.store = { ...engine.store, list: () => [] };
    changed.fire();
    expect(watch.history('c')).toBeUndefined();
    expect([watch.latest, watch.streams]).toEqual([0, 0]);
  });

  test('opens no more than some streams over ssh, and says so of the others', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `c${n}`);
    const { watch } = rig(names, 'ssh://host');
    watch.open();
    expect(watch.streams).toBe(24);
    expect(watch.failure('c23')).toBeUndefined();
    expect(watch.failure('c24')).toBe('Not read: over ssh the first 24 are.');
  });
});
