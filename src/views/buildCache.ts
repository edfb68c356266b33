import * as vscode from 'vscode';
import type { CacheRecord } from '../engine/buildkit/cacheModel.ts';
import { lacksBuildkit } from '../engine/buildkit/lacking.ts';
import type { Builds } from '../engine/builds/service.ts';
import type { CurrentEngine } from '../engine/current.ts';
import { oneLine } from '../util/format.ts';
import { cacheRows } from './rows/buildCache.ts';
import type { Row } from './row.ts';
import { createTree } from './tree.ts';

export interface BuildCacheView extends vscode.Disposable {
  rows(): Promise<readonly Row[]>;
  /** Reads the records anew. */
  reload(): void;
}

const messageRow = (label: string, icon: Row['icon']): Row => ({
  key: 'message',
  noun: 'message',
  facts: [],
  label: oneLine(label),
  icon,
});

/** What stands there when the records can't be read. */
function failureRow(error: unknown): Row {
  return lacksBuildkit(error)
    ? messageRow('This engine builds without BuildKit and keeps no cache apart.', { id: 'info' })
    : messageRow(error instanceof Error ? error.message : String(error), {
        id: 'error',
        color: 'problemsErrorIcon.foreground',
      });
}

/**
 * The Build Cache view: what the engine's builder keeps. Engines tell nobody when that changes, so it is read when the
 * view is shown, when the engine changes, when a build of ours has ended, and on demand.
 * @param read the records of the engine at hand
 * @param report told of a read that failed
 */
export function createBuildCacheView(
  current: CurrentEngine,
  builds: Pick<Builds, 'onDidChange'>,
  read: () => Promise<readonly CacheRecord[]>,
  report: (error: unknown) => void,
): BuildCacheView {
  const tree = createTree();
  const view = vscode.window.createTreeView('stevedore.buildCache', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  /** Only the latest read counts. */
  let turn = 0;
  /** What the rows that are shown are of; none where a message stands in their place. */
  let shown: readonly CacheRecord[] = [];
  const rowsOf = (records: readonly CacheRecord[]) =>
    cacheRows(records, Math.floor(Date.now() / 1000));

  async function load(): Promise<void> {
    const mine = ++turn;
    let records: readonly CacheRecord[] = [];
    let rows: readonly Row[];
    try {
      records = await read();
      rows = rowsOf(records);
      if (!rows.length) rows = [messageRow('The builder keeps nothing.', { id: 'info' })];
    } catch (error) {
      report(error);
      rows = [failureRow(error)];
    }
    if (mine !== turn) return;
    shown = records;
    tree.update(rows);
  }
  const loadIfVisible = () => {
    if (view.visible) void load();
  };
  const subscriptions = vscode.Disposable.from(
    view,
    view.onDidChangeVisibility(loadIfVisible),
    // What rows say of time is right again when somebody comes back to the window; no timer runs for it.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && shown.length > 0) tree.update(rowsOf(shown));
    }),
    current.onDidChange(() => {
      if (current.state.name === 'connected') loadIfVisible();
    }),
    builds.onDidChange(({ what }) => {
      if (what === 'ended') loadIfVisible();
    }),
  );
  loadIfVisible();
  return {
    rows: async () => rowsOf(await read()),
    reload: loadIfVisible,
    dispose: () => subscriptions.dispose(),
  };
}
