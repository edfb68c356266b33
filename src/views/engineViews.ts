import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { Reason } from '../engine/errors.ts';
import type { Kind } from '../engine/model.ts';
import { HELPER_LABEL } from '../engine/containerFiles/source.ts';
import type { Store } from '../engine/store.ts';
import { engineViews } from '../manifest/views.ts';
import type { EngineViewId } from '../manifest/views.ts';
import type { Settings } from '../manifest/settings.ts';
import type { ContainerAlerts } from './alerts.ts';
import { containerRows } from './rows/containers.ts';
import { pathIn } from './rows/files.ts';
import type { Below, FileTarget } from './rows/files.ts';
import { imageRows } from './rows/images.ts';
import { networkRows } from './rows/networks.ts';
import { volumeRows } from './rows/volumes.ts';
import type { Row } from './row.ts';
import { oneLine } from '../util/format.ts';
import type { FileRows } from './files/rows.ts';
import { createTree } from './tree.ts';
import type { Node } from './tree.ts';

/** What rows are made of beside the store. */
interface Given {
  readonly settings: Settings;
  readonly host: string;
  readonly alerts: ContainerAlerts;
}

/** What a view shows, as data: the kinds it is made of, the first being its own, and its rows as a pure function. */
interface EngineView {
  readonly kinds: readonly [Kind, ...Kind[]];
  rows(store: Store, filter: string, given: Given, below?: Below): Row[];
}

/**
 * How long rows stay after the connection was lost, in milliseconds: an engine that restarts is back by then, and
 * selection, expansion and scroll are kept. After it the view says what is wrong instead of showing the past.
 */
const grace = 20_000;

/** What an engine that restarts looks like meanwhile; any other failure is told at once. */
const passing: ReadonlySet<Reason> = new Set(['no-socket', 'refused', 'dropped', 'timeout']);

const lostRow: Row = {
  key: 'lost',
  noun: 'message',
  facts: [],
  label: 'The connection is lost',
  description: 'trying again…',
  icon: { id: 'debug-disconnect', color: 'problemsWarningIcon.foreground' },
  click: 'engine.explain',
};

/** Stands in a view whose objects the engine did not list; a click tries again. */
const failedRow = (error: unknown): Row => ({
  key: 'failed',
  noun: 'message',
  facts: [],
  label: oneLine(error instanceof Error ? error.message : String(error)),
  icon: { id: 'error', color: 'problemsErrorIcon.foreground' },
  click: 'engine.explain',
});

/** The containers that a person knows of, without those through which files of images and volumes are reached. */
const containersOf = (store: Store) =>
  store.list('container').filter(({ labels }) => labels[HELPER_LABEL] === undefined);

const seconds = () => Math.floor(Date.now() / 1000);

const definitions: Record<EngineViewId, EngineView> = {
  containers: {
    kinds: ['container'],
    rows: (store, filter, { settings, host, alerts }, below) =>
      containerRows(containersOf(store), {
        ...(below ? { below } : {}),
        groupBy: settings.get('containers.groupBy'),
        sortBy: settings.get('containers.sortBy'),
        label: settings.get('containers.label'),
        description: settings.get('containers.description'),
        filter,
        now: seconds(),
        host,
        alerts,
      }),
  },
  images: {
    kinds: ['image', 'container'],
    rows: (store, filter, { settings }, below) =>
      imageRows(store.list('image'), containersOf(store), {
        ...(below ? { below } : {}),
        groupBy: settings.get('images.groupBy'),
        sortBy: settings.get('images.sortBy'),
        description: settings.get('images.description'),
        showDangling: settings.get('images.showDangling'),
        filter,
        now: seconds(),
      }),
  },
  networks: {
    kinds: ['network', 'container'],
    rows: (store, filter) => networkRows(store.list('network'), containersOf(store), filter),
  },
  volumes: {
    kinds: ['volume', 'container'],
    rows: (store, filter, _given, below) =>
      volumeRows(store.list('volume'), containersOf(store), filter, seconds(), below),
  },
};

/** What stands below containers, images and volumes, and how it is dragged. */
export interface FileParts {
  readonly rows: FileRows;
  readonly drag: vscode.TreeDragAndDropController<Node>;
}

export interface EngineViews extends vscode.Disposable {
  rows(view: EngineViewId): Promise<readonly Row[]>;
  selection(view: EngineViewId): readonly Row[];
  filter(view: EngineViewId): string;
  setFilter(view: EngineViewId, filter: string): void;
  /** Reads what stands below a row that has this target anew. */
  reloadFiles(target: unknown): void;
  /** Shows a directory below the row of one around it. */
  revealFile(target: FileTarget, path: string): Promise<void>;
}

/**
 * The views of what the engine holds: containers, images, networks, volumes. A view does nothing while it is
 * hidden; when it is shown it loads its kinds once and from then on follows the store.
 * @param report where a failed read is told; the connection's own failures are shown by the views
 */
export function createEngineViews(
  current: CurrentEngine,
  settings: Settings,
  memento: vscode.Memento,
  files: FileParts,
  alerts: ContainerAlerts,
  report: (error: unknown) => void,
): EngineViews {
  const views = Object.fromEntries(
    engineViews.map((id) => [
      id,
      createView(id, current, settings, memento, files, alerts, report),
    ]),
  ) as Record<EngineViewId, ReturnType<typeof createView>>;

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
    async rows(id) {
      const { store } = current;
      if (!store) return [];
      await Promise.all(definitions[id].kinds.map((kind) => store.load(kind)));
      const host = current.endpoint?.host ?? 'localhost';
      return definitions[id].rows(store, '', { settings, host, alerts });
    },
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

function createView(
  id: EngineViewId,
  current: CurrentEngine,
  settings: Settings,
  memento: vscode.Memento,
  files: FileParts,
  alerts: ContainerAlerts,
  report: (error: unknown) => void,
) {
  const definition = definitions[id];
  const tree = createTree();
  const view = vscode.window.createTreeView<Node>(`stevedore.${id}`, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
    dragAndDropController: files.drag,
  });
  const { forget } = files.rows;
  /** What reads details is loaded with the first row that is opened. */
  const details: Below = (owner, image) => async () => {
    const { createDetails } = await import('./details.ts');
    return createDetails(current, files.rows, report)(owner, image)();
  };
  const below = id === 'containers' ? details : files.rows.below;
  const filterKey = `${id}.filter`;
  let filter = memento.get(filterKey, '');
  /** When the connection was lost, in milliseconds since the epoch; long ago where waiting is of no use. */
  let lostAt: number | undefined;
  let graceEnds: NodeJS.Timeout | undefined;

  const setContext = (name: string, value: unknown) =>
    void vscode.commands.executeCommand('setContext', `stevedore.${id}.${name}`, value);

  /** Follows the connection while the view is hidden, too. */
  function watch(): void {
    const { state } = current;
    if (state.name === 'connected') lostAt = undefined;
    else if (state.name === 'unreachable' && !passing.has(state.error.reason)) lostAt = 0;
    else lostAt ??= Date.now();
  }

  const rowsOf = (store: Store) => {
    const host = current.endpoint?.host ?? 'localhost';
    return definition.rows(store, filter, { settings, host, alerts }, below);
  };

  /** Shows what the store holds now; does nothing while hidden, for becoming visible updates too. */
  function update(): void {
    if (!view.visible) return;
    current.start();
    const { store, state } = current;
    const ready =
      state.name === 'connected' && store && definition.kinds.every((kind) => store.loaded(kind));
    setContext('loaded', !!ready);
    clearTimeout(graceEnds);
    const lost =
      store && state.name !== 'connected' && definition.kinds.every((kind) => store.loaded(kind));
    const left = (lostAt ?? 0) + grace - Date.now();
    if (lost && left > 0) {
      // An engine that stays away changes nothing any more that would bring us here again.
      graceEnds = setTimeout(update, left);
      tree.update([lostRow, ...rowsOf(store)]);
      return;
    }
    if (!ready) {
      tree.update([]);
      if (state.name === 'connected' && store)
        // Each kind that has been listed is told of, be it empty, and that updates.
        Promise.all(definition.kinds.map((kind) => store.load(kind))).catch((error: unknown) => {
          report(error);
          tree.update([failedRow(error)]);
        });
      return;
    }
    tree.update(rowsOf(store));
    showBadge();
  }

  /** The number of running containers, on the activity-bar icon; in words also of those that something is the matter with. */
  function showBadge(): void {
    if (id !== 'containers') return;
    const { store, state } = current;
    const all =
      state.name === 'connected' && store?.loaded('container') ? store.list('container') : [];
    const running = all.filter((container) => container.state === 'running').length;
    const alerting = all.filter(
      ({ id, name }) => alerts.of(id).length > 0 && !alerts.isMuted(name),
    ).length;
    const words = [
      vscode.l10n.t('{0} running', running),
      ...(alerting > 0 ? [vscode.l10n.t('{0} to look at', alerting)] : []),
    ];
    view.badge = running ? { value: running, tooltip: words.join(', ') } : undefined;
  }

  function describe(): void {
    view.description = filter ? `“${filter}”` : id === 'containers' ? engineName() : '';
    setContext('filtered', !!filter);
  }

  const engineName = () => {
    const { endpoint } = current;
    return endpoint && endpoint.name !== 'default' ? endpoint.name : '';
  };

  const seen = () => {
    if (id === 'containers') alerts.seen(view.visible);
  };

  describe();
  const subscriptions = vscode.Disposable.from(
    view,
    view.onDidChangeVisibility(() => {
      update();
      seen();
    }),
    // What rows say of time is right again when somebody comes back to the window; no timer runs for it.
    vscode.window.onDidChangeWindowState(({ focused }) => focused && update()),
    // What is opened again is read again; what stays open is not, however often the rest changes.
    view.onDidCollapseElement(({ element }) => {
      forget(element.row);
      if (typeof element.row.children === 'function') tree.reload(element.row.key);
    }),
    files.rows.onDidChange((keys) => keys.forEach((key) => tree.reread(key))),
    current.onDidChange(() => {
      watch();
      describe();
      update();
      showBadge();
    }),
    current.onDidChangeItems(({ kind }) => {
      if (!definition.kinds.includes(kind)) return;
      update();
      showBadge();
    }),
    settings.onDidChange((affects) => affects(id) && update()),
    alerts.onDidChange(() => {
      if (id !== 'containers') return;
      update();
      showBadge();
    }),
  );
  update();
  seen();
  return {
    reloadFiles(target: unknown) {
      for (const row of tree.having(target)) {
        forget(row);
        tree.reread(row.key);
      }
    },
    async revealFile(target: FileTarget, path: string): Promise<boolean> {
      const [row] = tree.having(target);
      if (!row) return false;
      const top = row.key.slice(0, row.key.length - target.at.path.length);
      let node = tree.find(row.key);
      const parts = path.slice(target.at.path.length).split('/').filter(Boolean);
      let at = target.at.path;
      for (const part of parts) {
        at = pathIn(at, part);
        // What was just made stands there once it has been read.
        await node?.fetching;
        const next: Node | undefined = (await tree.getChildren(node))?.find(
          (child) => child.row.key === top + at,
        );
        if (!next) break;
        node = next;
      }
      if (node) await view.reveal(node, { select: true, focus: true, expand: true });
      return true;
    },
    selection: () => view.selection.map(({ row }) => row),
    filter: () => filter,
    setFilter(text: string) {
      filter = text.trim();
      void memento.update(filterKey, filter || undefined);
      describe();
      update();
    },
    dispose() {
      clearTimeout(graceEnds);
      subscriptions.dispose();
    },
  };
}
