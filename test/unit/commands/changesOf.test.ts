import { expect, test, vi } from 'vitest';
import { createEmitter } from '../../../src/util/emitter.ts';
import type { Build } from '../../../src/engine/builds/model.ts';
import type { BuildsChange } from '../../../src/engine/builds/service.ts';
import { loadAnew } from '../support/editor.ts';
import { build } from '../views/samples.ts';

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
}));

loadAnew();

/** Builds of which one is ours and one of others. */
async function rig(own: Build | undefined, other: Build | undefined) {
  const { changesOf } = await import('../../../src/commands/builds/known.ts');
  const ours = createEmitter<BuildsChange>();
  const others = createEmitter<readonly string[]>();
  const state = { known: true, watched: [] as (string | undefined)[] };
  const builds: Parameters<typeof changesOf>[0] = {
    get: () => own,
    onDidChange: ours.event,
    engine: {
      get: () => other,
      hasLogs: () => state.known,
      onDidChange: others.event,
      watch(id) {
        state.watched.push(id);
        return { dispose: () => void state.watched.pop() };
      },
    },
  };
  return { changes: changesOf(builds, 'b'), ours, others, state };
}

test('a build that has ended tells of nothing, whoever made it', async () => {
  expect((await rig(build({ id: 'b' }), undefined)).changes).toBeUndefined();
  expect((await rig(undefined, build({ id: 'b' }))).changes).toBeUndefined();
  expect((await rig(undefined, undefined)).changes).toBeUndefined();
});

test('a build of ours that runs tells of itself alone', async () => {
  const { changes, ours } = await rig(build({ id: 'b', state: 'running' }), undefined);
  const listener = vi.fn<() => void>();
  changes?.(listener);
  const change = { what: 'changed', matched: false, logs: [] } as const;
  ours.fire({ ...change, build: build({ id: 'b' }) });
  ours.fire({ ...change, build: build({ id: 'c' }) });
  ours.fire({ ...change, what: 'removed', build: build({ id: 'b' }) });
  expect(listener).toHaveBeenCalledOnce();
});

test('a build of others that runs is watched for as long as somebody listens', async () => {
  const { changes, others, state } = await rig(undefined, build({ id: 'b', state: 'running' }));
  const listener = vi.fn<() => void>();
  expect(state.watched).toEqual([]);
  const subscription = changes?.(listener);
  expect(state.watched).toEqual(['b']);
  others.fire(['a', 'b']);
  others.fire(['a']);
  expect(listener).toHaveBeenCalledOnce();
  state.known = false;
  others.fire(['b']);
  expect(listener).toHaveBeenCalledOnce();
  subscription?.dispose();
  expect(state.watched).toEqual([]);
  state.known = true;
  others.fire(['b']);
  expect(listener).toHaveBeenCalledOnce();
});
