import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { FoundEndpoint } from '../engine/endpoint.ts';
import { endpointRows } from './rows/endpoints.ts';
import type { Row } from './row.ts';
import { createTree } from './tree.ts';

export interface EnginesView extends vscode.Disposable {
  rows(): Promise<readonly Row[]>;
  /** Looks for contexts and sockets again. */
  reload(): void;
}

/**
 * The Engines view: every context and socket found, and which of them this window uses.
 * @param find looks for them; called when the view is shown, and on demand
 * @param report where a search that failed is told
 */
export function createEnginesView(
  current: CurrentEngine,
  find: () => Promise<readonly FoundEndpoint[]>,
  report: (error: unknown) => void,
): EnginesView {
  const tree = createTree();
  const view = vscode.window.createTreeView('stevedore.engines', { treeDataProvider: tree });
  let found: readonly FoundEndpoint[] = [];

  const rows = () => endpointRows(found, current.endpoint, current.state);
  const show = () => {
    if (view.visible) tree.update(rows());
  };
  const load = async () => {
    found = await find();
    show();
  };
  const loadIfVisible = () => {
    if (!view.visible) return;
    current.start();
    load().catch(report);
  };
  const subscriptions = vscode.Disposable.from(
    view,
    view.onDidChangeVisibility(loadIfVisible),
    current.onDidChange(show),
  );
  loadIfVisible();
  return {
    async rows() {
      await load();
      return rows();
    },
    reload: () => void load().catch(report),
    dispose: () => subscriptions.dispose(),
  };
}
