import * as vscode from 'vscode';
import { engineViews } from '../manifest/views.ts';
import type { EngineViewId } from '../manifest/views.ts';
import { createEngineView } from './engineView.ts';
import type { EngineViewParts } from './engineView.ts';
import type { Row } from './row.ts';
import type { FileTarget } from './rows/files.ts';

export interface EngineViews extends vscode.Disposable {
  /** All rows, whatever the filter is. */
  rows(view: EngineViewId): Promise<readonly Row[]>;
  selection(view: EngineViewId): readonly Row[];
  filter(view: EngineViewId): string;
  setFilter(view: EngineViewId, filter: string): void;
  /** Reads what stands below a row that has this target anew. */
  reloadFiles(target: unknown): void;
  /** Shows a directory below the row of one around it. */
  revealFile(target: FileTarget, path: string): Promise<void>;
}

/** The views of what the engine holds: containers, images, networks, volumes. */
export function createEngineViews(parts: EngineViewParts): EngineViews {
  const { current } = parts;
  const views = Object.fromEntries(
    engineViews.map((id) => [id, createEngineView(id, parts)]),
  ) as Record<EngineViewId, ReturnType<typeof createEngineView>>;

  const showState = () => {
    const { state } = current;
    void vscode.commands.executeCommand('setContext', 'stevedore.state', state.name);
    void vscode.commands.executeCommand(
      'setContext',
      'stevedore.reason',
      state.name === 'unreachable' ? state.error.reason : '',
    );
  };
  const subscription = current.onDidChange(showState);
  return {
    rows: (id) => views[id].rows(),
    selection: (id) => views[id].selection(),
    filter: (id) => views[id].filter(),
    setFilter: (id, filter) => views[id].setFilter(filter),
    reloadFiles(target) {
      for (const view of Object.values(views)) view.reloadFiles(target);
    },
    async revealFile(target, path) {
      for (const view of Object.values(views)) if (await view.revealFile(target, path)) return;
    },
    dispose() {
      subscription.dispose();
      for (const view of Object.values(views)) view.dispose();
    },
  };
}
