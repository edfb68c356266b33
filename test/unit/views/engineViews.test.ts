import { expect, onTestFinished, test, vi } from 'vitest';
import type { CurrentEngine } from '../../../src/engine/current.ts';
import type { Settings } from '../../../src/manifest/settings.ts';
import { container } from './samples.ts';
import { loadAnew } from '../support/editor.ts';

const { views, windowStates } = vi.hoisted(() => ({
  views: new Map<string, { visible: boolean; tree: Tree }>(),
  windowStates: [] as ((state: { focused: boolean }) => void)[],
}));

interface Node {
  readonly row: { readonly description?: string };
}

interface Tree {
  getChildren(node?: Node): Promise<readonly Node[]>;
}

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  commands: { async executeCommand() {} },
  window: {
    onDidChangeWindowState(listener: (typeof windowStates)[number]) {
      windowStates.push(listener);
      return { dispose() {} };
    },
    createTreeView(id: string, { treeDataProvider }: { treeDataProvider: Tree }) {
      const none = () => ({ dispose() {} });
      const view = {
        visible: id === 'stevedore.containers',
        tree: treeDataProvider,
        onDidChangeVisibility: none,
        onDidCollapseElement: none,
        dispose() {},
      };
      views.set(id, view);
      return view;
    },
  },
}));

loadAnew();

test('rows tell how long it is by now when somebody comes back to the window, and no timer runs for it', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { createEngineViews } = await import('../../../src/views/engineViews.ts');
  const none = () => ({ dispose() {} });
  const item = container({ startedAt: 1_700_000_000 - 3 * 3600 });
  const store = {
    loaded: () => true,
    load: async () => {},
    list: (kind: string) => (kind === 'container' ? [item] : []),
  };
  const current = {
    state: { name: 'connected' },
    store,
    start() {},
    client: () => Promise.reject(new Error('nobody answers')),
    onDidChange: none,
    onDidChangeItems: none,
  } as unknown as CurrentEngine;
  const values: Record<string, unknown> = {
    'containers.description': ['age'],
    'containers.label': 'name',
    'containers.sortBy': 'name',
    'containers.groupBy': 'none',
  };
  const settings = {
    get: (name: string) => values[name],
    onDidChange: none,
  } as unknown as Settings;
  const all = createEngineViews({
    current,
    settings,
    memento: { get: (_: string, other: unknown) => other } as never,
    files: { rows: { onDidChange: none, below: () => async () => [] } } as never,
    alerts: { of: () => [], isMuted: () => false, seen() {}, onDidChange: none } as never,
    report: () => {},
  });
  const view = views.get('stevedore.containers');
  const said = async () => (await view?.tree.getChildren())?.[0]?.row.description;
  expect(await said()).toBe('up 3 h');
  await vi.advanceTimersByTimeAsync(3600 * 1000);
  expect(vi.getTimerCount()).toBe(0);
  for (const tell of windowStates) tell({ focused: true });
  expect(await said()).toBe('up 4 h');
  all.dispose();
});
