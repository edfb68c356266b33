import { expect, onTestFinished, test, vi } from 'vitest';
import type { CacheRecord } from '../../../src/engine/buildkit/cacheModel.ts';
import type { EngineBuilds } from '../../../src/engine/builds/engineBuilds.ts';
import type { Builds } from '../../../src/engine/builds/service.ts';
import type { CurrentEngine } from '../../../src/engine/current.ts';
import { build } from './samples.ts';
import { loadAnew } from '../support/editor.ts';

interface Node {
  readonly row: { readonly description?: string };
}

const { shown, windowStates } = vi.hoisted(() => ({
  shown: { tree: undefined as { getChildren(node?: Node): Promise<readonly Node[]> } | undefined },
  windowStates: [] as ((state: { focused: boolean }) => void)[],
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    onDidChangeWindowState: (listener: (typeof windowStates)[number]) => {
      windowStates.push(listener);
      return { dispose() {} };
    },
    createTreeView(_: string, { treeDataProvider }: { treeDataProvider: typeof shown.tree }) {
      shown.tree = treeDataProvider;
      const none = () => ({ dispose() {} });
      return { visible: true, onDidChangeVisibility: none, dispose() {} };
    },
  },
}));

loadAnew();

test('builds say how long ago they were when somebody comes back to the window, and no timer runs for it', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { createBuildsView } = await import('../../../src/views/builds.ts');
  const none = () => ({ dispose() {} });
  const one = build({ started: 1_699_999_000_000, ended: 1_700_000_000_000 - 120_000 });
  const view = createBuildsView(
    { list: () => [one], onDidChange: none } as unknown as Builds,
    { list: () => [], watch: none, onDidChange: none } as unknown as EngineBuilds,
  );
  const said = async () => (await shown.tree?.getChildren())?.[0]?.row.description;
  expect(await said()).toContain('2 min ago');
  await vi.advanceTimersByTimeAsync(3600 * 1000);
  expect(vi.getTimerCount()).toBe(0);
  for (const tell of windowStates) tell({ focused: true });
  expect(await said()).toContain('1 h ago');
  view.dispose();
});

test('records say how long ago they were used when somebody comes back to the window, without a read', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { createBuildCacheView } = await import('../../../src/views/buildCache.ts');
  const none = () => ({ dispose() {} });
  const record: CacheRecord = {
    id: 'one',
    kind: 'step',
    description: 'RUN make',
    size: 1,
    created: Date.now() - 120_000,
    uses: 1,
    inUse: false,
    shared: false,
    parents: [],
  };
  const read = vi.fn(async () => [record]);
  const view = createBuildCacheView(
    { onDidChange: none } as unknown as CurrentEngine,
    { onDidChange: none },
    read,
    () => {},
  );
  const said = async () => {
    const [group] = (await shown.tree?.getChildren()) ?? [];
    return (await shown.tree?.getChildren(group))?.[0]?.row.description;
  };
  await vi.advanceTimersByTimeAsync(0);
  expect(await said()).toContain('2 min ago');
  await vi.advanceTimersByTimeAsync(3600 * 1000);
  expect(vi.getTimerCount()).toBe(0);
  for (const tell of windowStates) tell({ focused: true });
  expect(await said()).toContain('1 h ago');
  expect(read).toHaveBeenCalledOnce();
  view.dispose();
});
