import * as vscode from 'vscode';
import type { Builds } from '../engine/builds/service.ts';
import { createCoalescer } from '../engine/coalesce.ts';
import { buildRows } from './rows/builds.ts';
import type { Row } from './row.ts';
import { createTree } from './tree.ts';
import type { Node } from './tree.ts';

/**
 * A step may write thousands of lines in a second; what a row says of that is the same. That one has ended and that the next
 * has begun is told one after the other.
 */
const PACE = { first: 20, shortest: 20, longest: 100 };

export interface BuildsView extends vscode.Disposable {
  rows(): readonly Row[];
  selection(): readonly Row[];
}

/** The Builds view: running builds and those of before. It follows them while it is visible, and does nothing while not. */
export function createBuildsView(builds: Builds): BuildsView {
  const tree = createTree();
  const view = vscode.window.createTreeView<Node>('stevedore.builds', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const rows = () => buildRows(builds.list(), Math.floor(Date.now() / 1000));
  const update = () => {
    if (view.visible) tree.update(rows());
  };
  const updates = createCoalescer(update, PACE);
  const subscriptions = vscode.Disposable.from(
    view,
    view.onDidChangeVisibility(update),
    builds.onDidChange(() => {
      if (view.visible) updates.request();
    }),
  );
  update();
  return {
    rows,
    selection: () => view.selection.map(({ row }) => row),
    dispose() {
      updates.cancel();
      subscriptions.dispose();
    },
  };
}
