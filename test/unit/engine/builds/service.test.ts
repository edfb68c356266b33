import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { BuildOptions } from '../../../../src/engine/buildkit/request.ts';
import { BuildError } from '../../../../src/engine/builds/buildError.ts';
import { createBuilds } from '../../../../src/engine/builds/service.ts';
import type { BuildHooks, BuildsChange } from '../../../../src/engine/builds/service.ts';
import { logText } from '../../../../src/engine/builds/stepLog.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { folderOf } from '../../lsp/support/context.ts';

/** Builds whose engine does what the test says, and what is kept of them. */
function bed(stored?: unknown) {
  const running: {
    readonly options: BuildOptions;
    readonly hooks: BuildHooks;
    end(image?: string): void;
    fail(error: unknown): void;
  }[] = [];
  const kept = { history: stored, options: new Map<string, BuildOptions>() };
  const problems: unknown[] = [];
  let ids = 0;
  const builds = createBuilds({
    build: (options, hooks, signal) =>
      new Promise((end, fail) => {
        signal.addEventListener('abort', () =>
          fail(new EngineError('cancelled', 'It was cancelled.')),
        );
        running.push({ options, hooks, end, fail });
      }),
    history: {
      load: () => kept.history,
      // As a workspace's memory does, which holds JSON.
      save: (value) => (kept.history = JSON.parse(JSON.stringify(value))),
    },
    options: {
      get: async (id) => kept.options.get(id),
      set: async (id, options) => {
        if (options) kept.options.set(id, options);
        else kept.options.delete(id);
      },
    },
    newId: () => `build-${(ids += 1)}`,
    report: (error) => problems.push(error),
  });
  const told: BuildsChange[] = [];
  builds.onDidChange((change) => told.push(change));
  return { builds, running, kept, told, problems };
}

const options = async (more: Partial<BuildOptions> = {}): Promise<BuildOptions> => {
  const folder = await folderOf({ Dockerfile: 'FROM a\nRUN make\n' });
  return { context: folder, dockerfile: `${folder}/Dockerfile`, tags: ['app:1'], ...more };
};

const status = (hooks: BuildHooks, text = '') =>
  hooks.onStatus({
    steps: [
      {
        id: 's',
        name: '[2/2] RUN make',
        inputs: [],
        cached: false,
        started: Date.now(),
        completed: undefined,
        error: undefined,
      },
    ],
    transfers: [],
    logs: text ? [{ step: 's', time: Date.now(), stream: 'stdout', data: Buffer.from(text) }] : [],
    warnings: [],
  });

describe('builds', () => {
  test('are followed from the first to the last', async () => {
    const { builds, running, told } = bed();
    const { id, done } = await builds.start(await options());
    expect(builds.list().map(({ state }) => state)).toEqual(['running']);
    const [engine] = running;
    if (!engine) throw new Error('the engine was not asked');
    expect(engine.hooks.ref).toBe(id);
    status(engine.hooks, 'compiling\n');
    expect(builds.get(id)?.steps[0]?.lines).toEqual([2, 2]);
    expect(logText(builds.log(id, 's'))).toBe('compiling\n');
    engine.end('sha256:abc');
    expect(await done).toMatchObject({ state: 'completed', image: 'sha256:abc' });
    expect(told.map(({ what }) => what)).toEqual(['started', 'changed', 'ended']);
    expect(builds.dockerfile(id)).toEqual({ name: 'Dockerfile', text: 'FROM a\nRUN make\n' });
  });

  test('that fail tell what the builder said of it', async () => {
    const { builds, running } = bed();
    const { id, done } = await builds.start(await options());
    const failure = { message: 'make failed', step: 's', lines: [2, 2], exitCode: 2 } as const;
    const error = new BuildError(failure, 'server');
    running[0]?.fail(error);
    await expect(done).rejects.toBe(error);
    expect(builds.get(id)).toMatchObject({
      state: 'failed',
      failure: { step: 's', lines: [2, 2], exitCode: 2 },
    });
  });

  test('are cancelled one by one', async () => {
    const { builds, running } = bed();
    const first = await builds.start(await options());
    const second = await builds.start(await options());
    builds.cancel(first.id);
    await expect(first.done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(builds.get(first.id)?.state).toBe('cancelled');
    expect(builds.get(second.id)?.state).toBe('running');
    running[1]?.end('sha256:x');
    await second.done;
    expect(builds.get(second.id)?.state).toBe('completed');
  });

  test('outlast the session, without the values of arguments and secrets', async () => {
    const { builds, running, kept } = bed();
    const asked = await options({
      buildArgs: { PASSWORD: 'swordfish' },
      secrets: [{ id: 'token', file: '/run/token' }],
    });
    const { id, done } = await builds.start(asked);
    const [engine] = running;
    engine?.hooks.onSecret(Buffer.from('hunter2-hunter2\n'));
    if (engine) status(engine.hooks, 'the token is hunter2-hunter2!\n');
    engine?.fail(new Error('it does not accept hunter2-hunter2'));
    await expect(done).rejects.toThrow();
    const text = JSON.stringify(kept.history);
    expect(text).not.toMatch(/swordfish|hunter2/);
    expect(text).toContain('PASSWORD');
    expect(logText(builds.log(id, 's'))).toBe('the token is ***!\n');

    const later = bed(kept.history);
    expect(later.builds.list()).toMatchObject([{ id, state: 'failed' }]);
    expect(later.builds.hasLogs(id)).toBe(false);
    expect(await builds.options(id)).toEqual(asked);
  });

  test('hide a secret that has another value once a step mounts it', async () => {
    const { builds, running, kept } = bed();
    const { id } = await builds.start(
      await options({ secrets: [{ id: 'token', file: '/nowhere/token' }] }),
    );
    const [engine] = running;
    if (!engine) throw new Error('the engine was not asked');
    engine.hooks.onSecret(Buffer.from('made-only-now\n'));
    status(engine.hooks, 'the token is made-only-now!\n');
    engine.fail(new Error('made-only-now is not accepted'));
    await turn();
    expect(logText(builds.log(id, 's'))).toBe('the token is ***!\n');
    expect(builds.tail(id, 's', 10)).toEqual(['the token is ***!']);
    expect(JSON.stringify([builds.get(id), kept.history])).not.toContain('made-only-now');
  });

  test('are forgotten with what they were asked for with', async () => {
    const { builds, running, kept, told } = bed();
    const ended = await builds.start(await options());
    const going = await builds.start(await options());
    running[0]?.end();
    await ended.done;
    await builds.remove([ended.id, going.id]);
    expect(builds.list().map(({ id }) => id)).toEqual([going.id]);
    expect([...kept.options.keys()]).toEqual([going.id]);
    expect(told.at(-1)).toMatchObject({ what: 'removed', build: { id: ended.id } });
  });

  test('make room for newer ones, and leave nothing behind', async () => {
    const { builds, running, kept } = bed();
    const asked = await options();
    for (let count = 0; count < 52; count++) {
      const { done } = await builds.start(asked);
      running.at(-1)?.end('sha256:x');
      await done;
    }
    await turn();
    expect(builds.list()).toHaveLength(50);
    expect(builds.list()[0]?.id).toBe('build-52');
    expect(kept.options.size).toBe(50);
    expect(builds.hasLogs('build-52')).toBe(true);
    expect(builds.hasLogs('build-10')).toBe(false);
  });

  test('end with the window', async () => {
    const { builds } = bed();
    const { done } = await builds.start(await options());
    builds.dispose();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  });

  test('that ran when the window was reloaded are of this workspace still, and can be forgotten', async () => {
    const { builds, running, kept } = bed();
    const ended = await builds.start(await options());
    const going = await builds.start(await options());
    running[0]?.end('sha256:x');
    await ended.done;

    // Nothing more comes of the first window.
    const later = bed(structuredClone(kept.history));
    expect(later.builds.list()).toMatchObject([
      { id: going.id, state: 'cancelled', request: { tags: ['app:1'] } },
      { id: ended.id, state: 'completed' },
    ]);
    await later.builds.remove([going.id]);
    expect(later.told).toMatchObject([{ what: 'removed', build: { id: going.id } }]);
    expect(bed(later.kept.history).builds.list()).toMatchObject([{ id: ended.id }]);
  });

  test('tell which builder it was', async () => {
    const { builds, running } = bed();
    const { id } = await builds.start(await options());
    running[0]?.hooks.onBuilder('classic');
    if (running[0]) status(running[0].hooks);
    expect(builds.get(id)?.builder).toBe('classic');
  });

  test('begin without a Dockerfile that can be read: the engine says what is wrong', async () => {
    const { builds, running } = bed();
    const { id } = await builds.start(await options({ dockerfile: '/nowhere/Dockerfile' }));
    expect(running).toHaveLength(1);
    expect(builds.dockerfile(id)).toBeUndefined();
  });
});

test('a build whose context nobody agrees to send is cancelled, and tells why', async () => {
  const { builds, running } = bed();
  const why = new Error('too much');
  const allowance = { bytes: 5, ask: () => Promise.reject(why) };
  const { id, done } = await builds.start(await options(), { allowance });
  const hooks = running[0]?.hooks;
  expect(hooks?.allowance?.bytes).toBe(5);
  await expect(hooks?.allowance?.ask()).rejects.toBe(why);
  await expect(done).rejects.toBe(why);
  expect(builds.get(id)?.state).toBe('cancelled');
});
