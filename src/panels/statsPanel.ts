import { createCoalescer } from '../engine/coalesce.ts';
import { EngineError } from '../engine/errors.ts';
import type { Container } from '../engine/model.ts';
import { readProcesses } from '../engine/stats/top.ts';
import type { StatsEngine, StatsWatch } from '../engine/stats/watch.ts';
import type { CurrentEngine } from '../engine/current.ts';
import type { Disposable, Event } from '../util/emitter.ts';
import { SPAN_SECONDS } from '../webviews/protocol/stats.ts';
import type { FromStats, StatsChosen, StatsPlot, ToStats } from '../webviews/protocol/stats.ts';
import type { Panel, PanelEvents } from './host.ts';
import { columnsOf, members, shownContainers, statsRow } from './statsModel.ts';
import type { RowAlerts } from './statsModel.ts';

/** What is the matter with containers. */
export interface PanelAlerts extends RowAlerts {
  mute(names: readonly string[], muted: boolean): Promise<void>;
  readonly onDidChange: Event<void>;
}

export interface StatsParts {
  readonly engine: StatsEngine & Pick<CurrentEngine, 'client' | 'start'>;
  readonly alerts: PanelAlerts;
  /** Reads what containers use, for the whole window. */
  readonly watch: StatsWatch;
  /** Runs a command on a container. */
  readonly runOn: (
    command: 'container.logs' | 'container.updateLimits',
    container: Container,
  ) => Promise<void>;
  readonly report: (error: unknown) => void;
}

export interface StatsPanel extends Disposable {
  /** Shows the charts of something. */
  choose(chosen: StatsChosen): void;
  reveal(): void;
}

/** At most one message a second, and in it what has come within a moment: containers tell one after the other. */
const PACE = { first: 100, shortest: 1000, longest: 1000 };
/** Seconds at the end of the charts that are told again, for samples come late and stand for more than their own second. */
const TAIL = 10;

/** Reads what containers use while the panel is seen, and tells its page. */
export function createStatsPanel(
  first: StatsChosen,
  { engine, alerts, watch, runOn, report }: StatsParts,
  make: (events: PanelEvents<FromStats>) => Panel<ToStats>,
  onDidDispose: () => void,
): StatsPanel {
  let chosen = first;
  /** What the page's charts are of: of which lines, and up to which second. */
  let told: { readonly key: string; readonly to: number } | undefined;
  let asking = new AbortController();
  let looking: Disposable | undefined;
  const panel = make({
    onReady() {
      told = undefined;
      engine.start();
      load().catch(report);
      looking ??= watch.open();
      tell();
      tellProcesses().catch(report);
    },
    onDidHide() {
      stopLooking();
      updates.cancel();
      asking.abort();
    },
    onMessage,
    onDidDispose() {
      for (const subscription of subscriptions) subscription.dispose();
      updates.cancel();
      asking.abort();
      stopLooking();
      onDidDispose();
    },
  });
  const updates = createCoalescer(tell, PACE);
  const update = () => {
    if (panel.isLive()) updates.request();
  };
  const subscriptions = [
    watch.onDidSample(update),
    alerts.onDidChange(update),
    engine.onDidChange(() => {
      if (panel.isLive() && engine.state.name === 'connected') load().catch(report);
      update();
    }),
    engine.onDidChangeItems(({ kind, added, changed }) => {
      if (kind !== 'container') return;
      keepUp(added as Container[], changed as Container[]);
      update();
    }),
  ];

  function stopLooking(): void {
    looking?.dispose();
    looking = undefined;
  }

  /** Follows the container that is chosen under another name, and what takes its place. */
  function keepUp(added: readonly Container[], changed: readonly Container[]): void {
    if (chosen.kind !== 'container') return;
    const { id, name } = chosen;
    // `docker compose up` makes the next one under another name, and gives it this one once the former is gone.
    const next = engine.store?.get('container', id)
      ? changed.find((item) => item.id === id)
      : [...added, ...changed].find((item) => item.name === name);
    if (next) chosen = { kind: 'container', id: next.id, name: next.name };
  }

  /** Has the containers listed, and what they use read. */
  async function load(): Promise<void> {
    await engine.client();
    await engine.store?.load('container');
  }

  const containers = () => engine.store?.list('container') ?? [];

  function tell(): void {
    if (!panel.isLive()) return;
    updates.cancel();
    const { state } = engine;
    const isThere = state.name === 'connected';
    const all = containers();
    const rows = isThere ? shownContainers(all).map((one) => statsRow(one, watch, alerts)) : [];
    const plot = plotNow(all);
    const gone = goneText(all);
    panel.post({
      type: 'now',
      ...(state.name === 'connecting' && { away: 'Connecting to the engine…' }),
      ...(state.name === 'unreachable' && { away: state.error.message }),
      ...(isThere && !engine.store?.loaded('container') && { away: 'Reading containers…' }),
      rows,
      chosen,
      ...(gone !== undefined && { gone }),
      ...(plot && { plot }),
    });
  }

  function goneText(all: readonly Container[]): string | undefined {
    if (chosen.kind !== 'container') return undefined;
    const { id } = chosen;
    const container = all.find((one) => one.id === id);
    if (container) {
      if (shownContainers([container]).length > 0) return undefined;
      const code = container.exitCode === undefined ? '' : ` with code ${container.exitCode}`;
      return container.state === 'exited' ? `has exited${code}` : `is ${container.state}`;
    }
    return engine.store?.loaded('container') ? 'was removed' : undefined;
  }

  /** The charts, or what is new of them since the page was told last. */
  function plotNow(all: readonly Container[]): StatsPlot | undefined {
    const to = Math.floor(watch.latest / 1000);
    if (to === 0) return undefined;
    const meant: { id: string; name: string }[] = members(chosen, all);
    // One that was removed is still of interest to whoever looks at it.
    if (chosen.kind === 'container' && meant.length === 0) meant.push(chosen);
    const key = JSON.stringify([chosen, meant.map(({ id, name }) => [id, name])]);
    const whole = told?.key !== key || to - told.to > SPAN_SECONDS;
    const begin = to - SPAN_SECONDS + 1;
    const from = whole ? begin : Math.max((told?.to ?? 0) - TAIL, begin);
    told = { key, to };
    const limit = chosen.kind === 'container' ? watch.figures(chosen.id)?.limit : undefined;
    const columns = columnsOf(chosen, meant, watch, from, to);
    return { from, whole, columns, ...(limit !== undefined && { limit }) };
  }

  async function tellProcesses(): Promise<void> {
    if (chosen.kind !== 'container') return;
    const { id } = chosen;
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const answer = { type: 'processes' as const, of: id, titles: [], rows: [], count: 0 };
    try {
      const processes = await readProcesses(await engine.client(signal), id, signal);
      if (!signal.aborted) panel.post({ ...answer, ...processes });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!signal.aborted) panel.post({ ...answer, problem: error.message });
    }
  }

  async function onMessage(message: FromStats): Promise<void> {
    switch (message.type) {
      case 'ready':
        return;
      case 'choose':
        chosen = message.chosen;
        tell();
        return tellProcesses();
      case 'processes':
        return tellProcesses();
      case 'mute':
        return alerts.mute([message.name], message.muted);
      case 'logs':
      case 'limits': {
        const container = engine.store?.get('container', message.id);
        const command = message.type === 'logs' ? 'container.logs' : 'container.updateLimits';
        if (container) await runOn(command, container);
      }
    }
  }

  return {
    choose(next) {
      chosen = next;
      tell();
      if (panel.isLive()) tellProcesses().catch(report);
    },
    reveal: () => panel.reveal(),
    dispose: () => panel.dispose(),
  };
}
