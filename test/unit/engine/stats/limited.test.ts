import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineError } from '../../../../src/engine/errors.ts';
import type { EngineEvent } from '../../../../src/engine/events.ts';
import type { Container } from '../../../../src/engine/model.ts';
import { createLimitedReading } from '../../../../src/engine/stats/limited.ts';
import type { Change } from '../../../../src/engine/store.ts';
import { createEmitter } from '../../../../src/util/emitter.ts';

/** An engine with containers of these limits, bytes; real ones are tested in test/engine/stats.test.ts. */
function rig(limits: Record<string, number>) {
  const [changed, items, events] = [
    createEmitter<void>(),
    createEmitter<Change>(),
    createEmitter<EngineEvent>(),
  ];
  const asked: string[] = [];
  const failing = new Map<string, EngineError>();
  const errors: unknown[] = [];
  const list = () =>
    Object.keys(limits).map((id) => ({ id, name: id, state: 'running' }) as Container);
  const client = {
    async request({ path }: { path: string }) {
      const id = path.split('/')[2] ?? '';
      asked.push(id);
      const error = failing.get(id);
      if (error) throw error;
      return { HostConfig: { Memory: limits[id] } };
    },
  };
  const engine = {
    state: { name: 'connected', client },
    store: { list, loaded: () => true },
    onDidChange: changed.event,
    onDidChangeItems: items.event,
    onEvent: events.event,
  };
  const looks = new Set<(container: Container) => boolean>();
  const watch = {
    open(wants: (container: Container) => boolean = () => true) {
      looks.add(wants);
      return { dispose: () => void looks.delete(wants) };
    },
  };
  const reading = createLimitedReading(engine as never, watch, (error) => errors.push(error));
  onTestFinished(() => reading.dispose());
  return {
    reading,
    asked,
    failing,
    errors,
    engine,
    changed,
    come: (removed: readonly string[] = []) =>
      items.fire({
        kind: 'container',
        added: list(),
        changed: [],
        removed: removed.map((id) => ({ id, name: id }) as Container),
      }),
    update: (id: string) =>
      events.fire({
        kind: 'container',
        action: 'update',
        id,
        attributes: {},
        time: 1,
        timeNano: 1,
      }),
    /** Ids of what is read. */
    read: () =>
      list()
        .filter((one) => [...looks].some((wants) => wants(one)))
        .map(({ id }) => id),
  };
}

const settled = () => new Promise((done) => setImmediate(done));

describe('the reading of containers with a limit', () => {
  test('is of those alone, while somebody looks, and asks each once', async () => {
    const limits: Record<string, number> = { free: 0, tight: 64, other: 32 };
    const { reading, asked, read, come } = rig(limits);
    await settled();
    expect([asked, read()]).toEqual([[], []]);
    reading.open();
    await settled();
    expect(asked.toSorted()).toEqual(['free', 'other', 'tight']);
    expect(read()).toEqual(['tight', 'other']);
    limits['late'] = 16;
    come();
    await settled();
    expect(read()).toEqual(['tight', 'other', 'late']);
    reading.close();
    expect(read()).toEqual([]);
    reading.open();
    expect(read()).toEqual(['tight', 'other', 'late']);
    expect(asked).toHaveLength(4);
  });

  test('follows limits that are changed', async () => {
    const limits: Record<string, number> = { a: 0, b: 64 };
    const { reading, read, update } = rig(limits);
    reading.open();
    await settled();
    Object.assign(limits, { a: 64, b: 0 });
    for (const id of ['a', 'b']) update(id);
    await settled();
    expect(read()).toEqual(['a']);
  });

  test('asks later what could not be told, and says why, unless the container has gone', async () => {
    const { reading, failing, errors, read, come } = rig({ bad: 64, gone: 64 });
    failing.set('bad', new EngineError('server', 'The disk is broken.'));
    failing.set('gone', new EngineError('not-found', 'No such container: gone'));
    reading.open();
    await settled();
    expect(errors).toEqual([failing.get('bad')]);
    failing.clear();
    come(['gone']);
    await settled();
    expect(read()).toContain('bad');
  });

  test('knows nothing of the containers of another engine', async () => {
    const { reading, engine, changed, asked, read } = rig({ same: 64 });
    reading.open();
    await settled();
    engine.store = { ...engine.store };
    changed.fire();
    expect(read()).toEqual([]);
    await settled();
    expect([asked, read()]).toEqual([['same', 'same'], ['same']]);
  });
});
