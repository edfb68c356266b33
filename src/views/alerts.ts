import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { Container } from '../engine/model.ts';
import { createAlerts } from '../engine/stats/alerts.ts';
import type { Alert } from '../engine/stats/alerts.ts';
import type { MemoryWatch } from '../engine/stats/outOfMemory.ts';
import type { LimitedReading } from '../engine/stats/limited.ts';
import type { StatsWatch } from '../engine/stats/watch.ts';
import type { Settings } from '../manifest/settings.ts';
import type { Event } from '../util/emitter.ts';
import { warn } from './notify.ts';
import { runOn } from './runOn.ts';

/** What is the matter with containers, as people are told of it. */
export interface ContainerAlerts extends vscode.Disposable {
  /** What is the matter with a container, to be put behind its name. */
  of(id: string): readonly string[];
  isMuted(name: string): boolean;
  /** Tells nothing more of the containers of these names, or does again. Remembered with the workspace. */
  mute(names: readonly string[], muted: boolean): Promise<void>;
  /** What containers use, for whoever looks at that in this window. */
  stats(): Promise<StatsWatch>;
  /** Rows of containers are on show, or no longer: while they are, the memory of those that have a limit of it is read. */
  seen(isSeen: boolean): void;
  /** Something has become, or is no longer, the matter; or was muted. */
  readonly onDidChange: Event<void>;
}

/** Where the names of muted containers are kept: ids change with each `docker compose up`. */
const MUTED = 'alerts.muted';

/**
 * Watches the engine's events for containers that somebody should know of, and says so once for each thing that is the
 * matter, until it no longer is. It asks the engine nothing while nothing is on show.
 */
export function createContainerAlerts(
  current: CurrentEngine,
  memory: Pick<MemoryWatch, 'onDidRunOut'>,
  settings: Settings,
  memento: vscode.Memento,
  report: (error: unknown) => void,
): ContainerAlerts {
  const alerts = createAlerts(() => ({
    memory: settings.get('alerts.memory'),
    restarts: settings.get('alerts.restarts'),
    unhealthy: settings.get('alerts.unhealthy'),
    outOfMemory: settings.get('alerts.outOfMemory'),
  }));
  const changed = new vscode.EventEmitter<void>();
  let store = current.store;

  const muted = () => memento.get<readonly string[]>(MUTED, []);
  const isMuted = (name: string) => muted().includes(name);

  async function mute(names: readonly string[], isMute: boolean): Promise<void> {
    const others = muted().filter((name) => !names.includes(name));
    const all = isMute ? [...others, ...names] : others;
    await memento.update(MUTED, all.length > 0 ? all : undefined);
    changed.fire();
  }

  async function tell({ container: id, text }: Alert): Promise<void> {
    const container = current.store?.get('container', id);
    if (!container || isMuted(container.name)) return;
    if (!settings.get('alerts.notify')) return;
    const [showLogs, muting] = [vscode.l10n.t('Show Logs'), vscode.l10n.t('Mute')];
    const answer = await warn(`${container.name} ${text}.`, showLogs, muting);
    if (answer === muting) await mute([container.name], true);
    if (answer === showLogs) await runOn('container.logs', container);
  }

  /** After another engine was chosen nothing that is known is about its containers. */
  function settle(): void {
    if (current.store === store) return;
    store = current.store;
    alerts.clear();
  }

  let reading: Promise<{ watch: StatsWatch; limited: LimitedReading }> | undefined;
  /** All that reads figures is loaded with the first look. */
  const load = () => (reading ??= loadReading());
  async function loadReading() {
    const [{ createStatsWatch }, { createLimitedReading }] = await Promise.all([
      import('../engine/stats/watch.ts'),
      import('../engine/stats/limited.ts'),
    ]);
    const watch = createStatsWatch(current, (line) => report(new Error(line)));
    watch.onDidSample((id) => {
      const figures = watch.figures(id);
      if (figures) alerts.figures(id, figures);
    });
    return { watch, limited: createLimitedReading(current, watch, report) };
  }

  let isSeen = false;
  const wanted = () => isSeen && settings.get('alerts.memory') > 0;
  function follow(): void {
    if (!wanted() && !reading) return;
    load().then(({ limited }) => (wanted() ? limited.open() : limited.close()), report);
  }

  const subscriptions = vscode.Disposable.from(
    alerts.onDidRaise((alert) => void tell(alert).catch(report)),
    alerts.onDidChange(() => changed.fire()),
    current.onDidChange(settle),
    current.onEvent((event) => alerts.event(event)),
    memory.onDidRunOut((occasion) => alerts.ranOut(occasion)),
    current.onDidChangeItems(({ kind, added, changed, removed }) => {
      if (kind !== 'container') return;
      for (const item of added as Container[]) alerts.container(item, false);
      for (const item of changed as Container[]) alerts.container(item, true);
      for (const { id } of removed) alerts.gone(id);
    }),
    settings.onDidChange((affects) => {
      if (!affects('alerts')) return;
      follow();
      alerts.clear();
      for (const item of current.store?.list('container') ?? []) alerts.container(item, false);
    }),
  );

  return {
    of: (id) => alerts.of(id).map(({ text }) => text),
    isMuted,
    mute,
    stats: async () => (await load()).watch,
    seen(isNow) {
      isSeen = isNow;
      follow();
    },
    onDidChange: (listener) => changed.event(listener),
    dispose() {
      subscriptions.dispose();
      reading?.then(({ watch, limited }) => {
        limited.dispose();
        watch.dispose();
      }, report);
      alerts.dispose();
      changed.dispose();
    },
  };
}
