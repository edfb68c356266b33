import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EngineHistory, HistoryEvent } from '../../../../src/engine/buildkit/engineHistory.ts';
import type { PastBuild } from '../../../../src/engine/buildkit/historyRecord.ts';
import type { StatusUpdate } from '../../../../src/engine/builds/model.ts';
import { createEngineBuilds } from '../../../../src/engine/builds/engineBuilds.ts';
import { watchWhole } from '../../../../src/engine/builds/watchWhole.ts';
import type { Client } from '../../../../src/engine/client.ts';
import type { ConnectionState } from '../../../../src/engine/connection.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { createEmitter } from '../../../../src/util/emitter.ts';
import { past, runningPast } from '../../views/samples.ts';

/** Values that are read as they are put in, until the end. */
function channel<T>() {
  const values: T[] = [];
  let wake = () => {};
  let over: { readonly error?: unknown } | undefined;
  return {
    put(value: T) {
      values.push(value);
      wake();
    },
    end(error?: unknown) {
      over = { error };
      wake();
    },
    async *read(): AsyncGenerator<T> {
      for (;;) {
        yield* values.splice(0);
        if (over?.error) throw over.error;
        if (over) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

const update = (over: Partial<StatusUpdate> = {}): StatusUpdate => ({
  steps: [],
  transfers: [],
  logs: [],
  warnings: [],
  ...over,
});
const told = (id: string, completed?: number) => ({
  id,
  name: `[1/1] ${id}`,
  inputs: [],
  cached: false,
  started: 1_000_000,
  completed,
  error: undefined,
});

/** An engine that remembers `builds` whenever it is asked. */
function engineWith(builds: readonly PastBuild[]) {
  const changed = createEmitter<void>();
  const client = {} as Client;
  let state: ConnectionState = { name: 'connected', client };
  let url = 'unix:///run/docker.sock';
  const opened: { events: ReturnType<typeof channel<HistoryEvent>>; signal: AbortSignal }[] = [];
  const statuses = new Map<string, ReturnType<typeof channel<StatusUpdate>>>();
  const statusOf = (ref: string) => {
    const made = statuses.get(ref) ?? channel<StatusUpdate>();
    statuses.set(ref, made);
    return made;
  };
  const history = (signal: AbortSignal): EngineHistory => {
    const events = channel<HistoryEvent>();
    opened.push({ events, signal });
    const end = (error?: unknown) => {
      events.end(error);
      for (const { end } of statuses.values()) end(error);
      statuses.clear();
    };
    signal.addEventListener('abort', () => end(new EngineError('cancelled', 'Cancelled.')));
    return { builds, events: events.read, status: (ref) => statusOf(ref).read(), close: end };
  };
  const problems: unknown[] = [];
  const made = createEngineBuilds({
    current: {
      start: () => {},
      get state() {
        return state;
      },
      get endpoint() {
        return { name: 'x', url, source: 'test', host: 'localhost' };
      },
      onDidChange: changed.event,
    },
    open: async (_client, signal) => history(signal),
    status: (ref) => statusOf(ref).read(),
    isOwn: (ref) => ref.startsWith('own'),
    report: (error) => problems.push(error),
  });
  onTestFinished(made.dispose);
  return {
    builds: made,
    opened,
    problems,
    statuses,
    statusOf,
    last: () => opened.at(-1)?.events,
    enter(next: ConnectionState, at = url) {
      state = next;
      url = at;
      changed.fire();
    },
    connected: { name: 'connected', client: {} as Client } as const,
    ids: () => made.list().map(({ build }) => build.id),
    one: (id: string) => made.list().find(({ build }) => build.id === id)?.build,
  };
}

const later = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });

describe('builds of the engine', () => {
  test('are those that run and the latest others, the newest first, without ours', async () => {
    const many = Array.from({ length: 40 }, (_, at) => past({ ref: `b${at}`, created: 9000 - at }));
    const old = runningPast({ ref: 'slow', created: 1 });
    const { builds, ids } = engineWith([past({ ref: 'own' }), ...many, old]);
    expect(ids()).toEqual([]);
    onTestFinished(builds.watch().dispose);
    await later(() => expect(ids()).toHaveLength(21));
    expect(ids().slice(0, 3)).toEqual(['slow', 'b0', 'b1']);
  });

  test.each(['its end', 'the last of its steps'])(
    'have ended when the engine has told that, %s first',
    async (first) => {
      const { builds, statusOf, last, one } = engineWith([runningPast({ ref: 'r' })]);
      onTestFinished(builds.watch().dispose);
      await later(() => expect(one('r')?.state).toBe('running'));
      statusOf('r').put(update({ steps: [told('a', 1_000_500), told('b')] }));
      await later(() =>
        expect(one('r')?.steps.map(({ state }) => state)).toEqual(['completed', 'running']),
      );
      const build = past({ ref: 'r', failure: { message: 'it broke', exitCode: 3 } });
      const acts = [
        () => last()?.put({ kind: 'told', build }),
        () => {
          statusOf('r').put(
            update({ steps: [{ ...told('b', 1_002_000), error: 'exit code: 3' }] }),
          );
          statusOf('r').end();
        },
      ];
      for (const act of first === 'its end' ? acts : acts.reverse()) {
        act();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(one('r')).toMatchObject({
        state: 'failed',
        failure: { step: 'b', exitCode: 3 },
        steps: [{ state: 'completed' }, { state: 'failed' }],
      });
    },
  );

  test('get the names that the last steps tell', async () => {
    const { builds, statusOf, one } = engineWith([past({ ref: 'r' })]);
    statusOf('r').put(
      update({
        transfers: [{ step: 'x', id: 'naming to docker.io/library/web:1', current: 0, total: 0 }],
      }),
    );
    onTestFinished(builds.watch().dispose);
    await later(() => expect(one('r')?.request.tags).toEqual(['web:1']));
  });

  test('that run are not known without a connection, which is made anew', async () => {
    const { builds, ids, opened, enter, connected, problems } = engineWith([
      runningPast({ ref: 'r' }),
      past({ ref: 'p' }),
    ]);
    onTestFinished(builds.watch().dispose);
    await later(() => expect(ids()).toEqual(['r', 'p']));
    const gone: (readonly string[])[] = [];
    onTestFinished(builds.onDidChange((ids) => gone.push(ids)).dispose);
    enter({ name: 'connecting' });
    expect([ids(), gone, opened[0]?.signal.aborted]).toEqual([['p'], [['r']], true]);
    enter(connected);
    await later(() => expect(ids()).toEqual(['r', 'p']));
    // Of another engine nothing is shown that this one said.
    enter({ ...connected, client: {} as Client }, 'tcp://other');
    expect(ids()).toEqual([]);
    await later(() => expect(opened).toHaveLength(3));
    expect(problems).toEqual([]);
  });

  test('that have ended are not those of another engine that is not there yet', async () => {
    const { builds, ids, enter, connected } = engineWith([past({ ref: 'a' })]);
    onTestFinished(builds.watch().dispose);
    await later(() => expect(ids()).toEqual(['a']));
    const told: (readonly string[])[] = [];
    builds.onDidChange((changed) => told.push(changed));
    enter({ name: 'connecting' });
    expect(ids()).toEqual(['a']);
    enter({ name: 'connecting' }, 'tcp://other');
    expect(ids()).toEqual([]);
    expect(told).toEqual([['a']]);
    enter(connected);
    await later(() => expect(ids()).toEqual(['a']));
  });

  test('are listened to again when only that connection broke', async () => {
    const { builds, opened, last, problems } = engineWith([]);
    const watching = builds.watch();
    await later(() => expect(opened).toHaveLength(1));
    last()?.end(new EngineError('dropped', 'It broke.'));
    await later(() => expect(opened).toHaveLength(2));
    last()?.end(new Error('odd'));
    await later(() => expect(problems).toEqual([new Error('odd')]));
    watching.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(opened).toHaveLength(2);
  });

  test('keep the steps that were read while they are shown or watched, and no longer', async () => {
    const many = Array.from({ length: 23 }, (_, at) => past({ ref: `b${at}` }));
    const { builds, statusOf, ids } = engineWith(many);
    for (const { ref } of many) {
      statusOf(ref).put(update({ steps: [told('a', 1_000_500)] }));
      statusOf(ref).end();
    }
    const watching = builds.watch('b20');
    onTestFinished(watching.dispose);
    await later(() => expect(ids()).toHaveLength(20));
    const kept = () => many.map(({ ref }) => ref).filter(builds.hasLogs);
    for (const ref of ['b20', 'b21', ...ids()]) await builds.load(ref);
    expect(kept()).toEqual([...ids(), 'b20']);
    onTestFinished(builds.watch().dispose);
    watching.dispose();
    await builds.load('b22');
    expect(kept()).toEqual([...ids(), 'b22']);
  });

  test('that run are followed, no more than eight at a time', async () => {
    const many = Array.from({ length: 10 }, (_, at) => runningPast({ ref: `r${at}` }));
    const { builds, statusOf, last, one } = engineWith(many);
    onTestFinished(builds.watch().dispose);
    const followed = () => many.map(({ ref }) => ref).filter((ref) => one(ref)?.steps.length);
    await later(() => expect(one('r9')).toBeDefined());
    for (const { ref } of many) statusOf(ref).put(update({ steps: [told('a')] }));
    await later(() => expect(followed()).toHaveLength(8));
    expect(followed()).not.toContain('r8');
    last()?.put({ kind: 'told', build: past({ ref: 'r0' }) });
    await later(() => expect(followed()).toContain('r8'));
    last()?.put({ kind: 'forgotten', ref: 'r1' });
    await later(() => expect(followed()).toContain('r9'));
  });
});

describe('a build of the engine that is watched as a whole', () => {
  const problems: (string | undefined)[] = [];
  const watched = (builds: Parameters<typeof watchWhole>[0], id: string) => {
    problems.length = 0;
    onTestFinished(watchWhole(builds, id, (problem) => problems.push(problem)).dispose);
  };

  test('has its steps read once the engine has told of it', async () => {
    // Of one without a name the steps are asked for anyway.
    const { builds, statusOf, one } = engineWith([past({ ref: 'p', tags: ['web:1'] })]);
    statusOf('p').put(update({ steps: [told('a', 1_000_500)] }));
    statusOf('p').end();
    watched(builds, 'p');
    expect(builds.get('p')).toBeUndefined();
    await later(() => expect(one('p')?.steps).toMatchObject([{ state: 'completed' }]));
  });

  test('has them read at its end, where it could not be followed', async () => {
    const many = Array.from({ length: 9 }, (_, at) => runningPast({ ref: `r${at}` }));
    const { builds, statusOf, last, one } = engineWith(many);
    watched(builds, 'r8');
    await later(() => expect(one('r8')).toBeDefined());
    statusOf('r8').put(update({ steps: [told('a', 1_000_500)] }));
    statusOf('r8').end();
    last()?.put({ kind: 'told', build: past({ ref: 'r8' }) });
    await later(() => expect(one('r8')?.steps).toHaveLength(1));
  });

  test('says why they cannot be read, until they can', async () => {
    const { builds, statusOf, last, statuses } = engineWith([past({ ref: 'p', tags: ['web:1'] })]);
    statusOf('p').end(new EngineError('dropped', 'It broke off.'));
    watched(builds, 'p');
    await later(() => expect(problems.at(-1)).toBe('It broke off.'));
    statuses.clear();
    statusOf('p').end();
    last()?.put({ kind: 'told', build: past({ ref: 'p', tags: ['web:1'], pinned: true }) });
    await later(() => expect(problems.at(-1)).toBeUndefined());
    expect(builds.hasLogs('p')).toBe(true);
  });
});
