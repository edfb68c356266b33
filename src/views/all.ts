import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { FoundEndpoint } from '../engine/endpoint.ts';
import type { Registries } from '../engine/registry/registries.ts';
import type { Settings } from '../manifest/settings.ts';
import type { EngineViewId } from '../manifest/views.ts';
import type { Row } from './row.ts';
import type { ContextTree } from '../engine/contextTree.ts';
import { createContextView } from './context.ts';
import { createEnginesView } from './engines.ts';
import { createEngineViews } from './engineViews.ts';
import { createRegistriesView } from './registries.ts';

/** What the views are made of. */
export interface ViewParts {
  readonly current: CurrentEngine;
  readonly registries: Registries;
  readonly settings: Settings;
  readonly memento: vscode.Memento;
  /** Looks for contexts and sockets. */
  readonly find: () => Promise<readonly FoundEndpoint[]>;
  /** Told of a read that failed. */
  readonly report: (error: unknown) => void;
}

/** All views of the activity-bar container, and what commands may ask of them. */
export interface AllViews extends vscode.Disposable {
  rows(view: EngineViewId | 'registries' | 'engines'): Promise<readonly Row[]>;
  selection(view: EngineViewId): readonly Row[];
  filter(view: EngineViewId): string;
  setFilter(view: EngineViewId, filter: string): void;
  reload(view: 'registries' | 'engines'): void;
  showContext(tree: ContextTree): Promise<void>;
  context(): ContextTree | undefined;
}

/** Makes the views. None of them does anything until it is looked at. */
export function createViews({
  current,
  registries,
  settings,
  memento,
  find,
  report,
}: ViewParts): AllViews {
  const engine = createEngineViews(current, settings, memento, report);
  const onDemand = {
    registries: createRegistriesView(registries, report),
    engines: createEnginesView(current, find, report),
  };
  const context = createContextView();
  const parts = vscode.Disposable.from(engine, context, ...Object.values(onDemand));
  return {
    rows: (view) =>
      view === 'registries' || view === 'engines' ? onDemand[view].rows() : engine.rows(view),
    selection: engine.selection,
    filter: engine.filter,
    setFilter: engine.setFilter,
    reload: (view) => onDemand[view].reload(),
    showContext: context.show,
    context: context.shown,
    dispose: () => parts.dispose(),
  };
}
