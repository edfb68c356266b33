import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { Reason } from '../engine/errors.ts';
import type { Store } from '../engine/store.ts';
import type { Settings } from '../manifest/settings.ts';
import type { EngineViewId } from '../manifest/views.ts';
import { oneLine } from '../util/format.ts';
import type { ContainerAlerts } from './alerts.ts';
import { engineRows } from './engineRows.ts';
import type { FileRows } from './files/rows.ts';
import type { Row } from './row.ts';
import { pathIn } from './rows/files.ts';
import type { Below, FileTarget } from './rows/files.ts';
import { createTree } from './tree.ts';
import type { Node } from './tree.ts';

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

/** What stands below containers, images and volumes, and how it is dragged. */
export interface FileParts {
  readonly rows: FileRows;
  readonly drag: vscode.TreeDragAndDropController<Node>;
}

/** What a view is made of. */
export interface EngineViewParts {
  readonly current: CurrentEngine;
  readonly settings: Settings;
  readonly memento: vscode.Memento;
  readonly files: FileParts;
  readonly alerts: ContainerAlerts;
  /** Told of a read that failed; the connection's own failures are shown by the views. */
  readonly report: (error: unknown) => void;
}

/**
 * A view of what the engine holds. It does nothing while it is hidden; when it is shown it loads its kinds once and from then
 * on follows the store.
 */
export function createEngineView(id: EngineViewId, parts: EngineViewParts) {
  const { current, settings, memento, files, alerts, report } = parts;
  const { kinds, rows } = engineRows[id];
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

  const given = () => ({ settings, alerts, host: current.endpoint?.host ?? 'localhost' });
  const rowsOf = (store: Store) => rows(store, filter, given(), below);

  /** Shows what the store holds now; does nothing while hidden, for becoming visible updates too. */
  function update(): void {
    if (!view.visible) return;
    current.start();
    const { store, state } = current;
    const ready = state.name === 'connected' && store && kinds.every((kind) => store.loaded(kind));
    setContext('loaded', !!ready);
    clearTimeout(graceEnds);
    const lost = store && state.name !== 'connected' && kinds.every((kind) => store.loaded(kind));
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
        Promise.all(kinds.map((kind) => store.load(kind))).catch((error: unknown) => {
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
      if (!kinds.includes(kind)) return;
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
    async rows(): Promise<readonly Row[]> {
      const { store } = current;
      if (!store) return [];
      await Promise.all(kinds.map((kind) => store.load(kind)));
      return rows(store, '', given());
    },
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
