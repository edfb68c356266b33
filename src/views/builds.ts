import * as vscode from 'vscode';
import type { EngineBuilds } from '../engine/builds/engineBuilds.ts';
import type { Builds } from '../engine/builds/service.ts';
import { createCoalescer } from '../engine/coalesce.ts';
import type { Disposable } from '../util/emitter.ts';
import { buildRows } from './rows/builds.ts';
import { engineBuildRows } from './rows/engineBuilds.ts';
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

/**
 * The Builds view: what was built elsewhere on the engine, as one group, running builds and those of before. It follows them
 * while it is visible, and does nothing while not.
 */
export function createBuildsView(builds: Builds, engine: EngineBuilds): BuildsView {
  const tree = createTree();
  const view = vscode.window.createTreeView<Node>('stevedore.builds', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  let watching: Disposable | undefined;
  /** Once one was seen to run. */
  let isOpen = false;
  const read = ({ id }: { readonly id: string }) => engine.load(id);
  const rows = () => {
    const now = Math.floor(Date.now() / 1000);
    const others = engine.list();
    isOpen ||= others.some(({ build }) => build.state === 'running');
    return [...engineBuildRows(others, isOpen, now, read), ...buildRows(builds.list(), now)];
  };
  const update = () => {
    if (view.visible) tree.update(rows());
  };
  const attend = () => {
    if (view.visible) watching ??= engine.watch();
    else {
      watching?.dispose();
      watching = undefined;
    }
    update();
  };
  const updates = createCoalescer(update, PACE);
  const request = () => {
    if (view.visible) updates.request();
  };
  const subscriptions = vscode.Disposable.from(
    view,
    view.onDidChangeVisibility(attend),
    // What rows say of time is right again when somebody comes back to the window; no timer runs for it.
    vscode.window.onDidChangeWindowState(({ focused }) => focused && update()),
    builds.onDidChange(request),
    engine.onDidChange(request),
  );
  attend();
  return {
    rows,
    selection: () => view.selection.map(({ row }) => row),
    dispose() {
      updates.cancel();
      watching?.dispose();
      subscriptions.dispose();
    },
  };
}
