import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { EngineBuilds } from '../engine/builds/engineBuilds.ts';
import type { Builds } from '../engine/builds/service.ts';
import type { FoundEndpoint } from '../engine/endpoint.ts';
import type { Registries } from '../engine/registry/registries.ts';
import type { MemoryWatch } from '../engine/stats/outOfMemory.ts';
import type { Settings } from '../manifest/settings.ts';
import type { EngineViewId } from '../manifest/views.ts';
import type { Row } from './row.ts';
import type { ContextTree } from '../engine/contextTree.ts';
import { createContainerAlerts } from './alerts.ts';
import type { ContainerAlerts } from './alerts.ts';
import type { CacheRecord } from '../engine/buildkit/cacheModel.ts';
import { createBuildCacheView } from './buildCache.ts';
import { createBuildsView } from './builds.ts';
import { createContextView } from './context.ts';
import { createEnginesView } from './engines.ts';
import { createEngineViews } from './engineViews.ts';
import type { FileParts } from './engineView.ts';
import type { FileTarget } from './rows/files.ts';
import { createRegistriesView } from './registries.ts';
import { runOn } from './runOn.ts';

/** What the views are made of. */
export interface ViewParts {
  readonly current: CurrentEngine;
  /** Tells of containers that run out of memory. */
  readonly memory: Pick<MemoryWatch, 'onDidRunOut'>;
  readonly registries: Registries;
  readonly builds: Builds & { readonly engine: EngineBuilds };
  readonly settings: Settings;
  readonly memento: vscode.Memento;
  readonly files: FileParts;
  /** Looks for contexts and sockets. */
  readonly find: () => Promise<readonly FoundEndpoint[]>;
  /** Reads what the engine's builder keeps. */
  readonly cache: () => Promise<readonly CacheRecord[]>;
  /** Told of a read that failed. */
  readonly report: (error: unknown) => void;
}

/** All views of the activity-bar container, and what commands may ask of them. */
export interface AllViews extends vscode.Disposable {
  rows(
    view: EngineViewId | 'builds' | 'registries' | 'engines' | 'buildCache',
  ): Promise<readonly Row[]>;
  selection(view: EngineViewId | 'builds'): readonly Row[];
  filter(view: EngineViewId): string;
  setFilter(view: EngineViewId, filter: string): void;
  reload(view: 'registries' | 'engines' | 'buildCache'): void;
  showContext(tree: ContextTree): Promise<void>;
  context(): ContextTree | undefined;
  reloadFiles(target: unknown): void;
  revealFile(target: FileTarget, path: string): Promise<void>;
  /** What is the matter with containers. */
  readonly alerts: ContainerAlerts;
  /** Runs a command on a container, as its row's menu does. */
  readonly runOn: typeof runOn;
}

/** Makes the views. None of them does anything until it is looked at. */
export function createViews({
  current,
  memory,
  registries,
  builds,
  settings,
  memento,
  files,
  find,
  cache,
  report,
}: ViewParts): AllViews {
  const alerts = createContainerAlerts(current, memory, settings, memento, report);
  const engine = createEngineViews({ current, settings, memento, files, alerts, report });
  const onDemand = {
    registries: createRegistriesView(registries, report),
    engines: createEnginesView(current, find, report),
    buildCache: createBuildCacheView(current, builds, cache, report),
  };
  const context = createContextView();
  const built = createBuildsView(builds, builds.engine);
  const parts = vscode.Disposable.from(alerts, engine, context, built, ...Object.values(onDemand));
  return {
    alerts,
    runOn,
    rows: async (view) => {
      if (view === 'builds') return built.rows();
      return view === 'registries' || view === 'engines' || view === 'buildCache'
        ? onDemand[view].rows()
        : engine.rows(view);
    },
    selection: (view) => (view === 'builds' ? built.selection() : engine.selection(view)),
    filter: engine.filter,
    setFilter: engine.setFilter,
    reloadFiles: engine.reloadFiles,
    revealFile: engine.revealFile,
    reload: (view) => onDemand[view].reload(),
    showContext: context.show,
    context: context.shown,
    dispose: () => parts.dispose(),
  };
}
