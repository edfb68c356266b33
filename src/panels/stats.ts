import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import { ALL, readFromStats, readStatsMemory } from '../webviews/protocol/stats.ts';
import type { FromStats, StatsChosen, ToStats } from '../webviews/protocol/stats.ts';
import { adoptPanel, openPanel } from './host.ts';
import type { Panel, PanelEvents, PanelKind, PanelPlace, PanelSet } from './host.ts';
import { createStatsPanel } from './statsPanel.ts';
import type { StatsPanel, StatsParts } from './statsPanel.ts';

/** What the Stats panel is made of. */
export interface StatsPanels extends Pick<StatsParts, 'alerts' | 'runOn'> {
  readonly stats: StatsParts['watch'];
  readonly current: CurrentEngine;
}

const STATS: PanelKind<FromStats> = {
  viewType: 'stevedore.stats',
  bundle: 'stats',
  read: readFromStats,
};

/** The Stats panel of a window: there is one. */
export function createStats(
  place: PanelPlace,
  { current: engine, alerts, stats: watch, runOn }: StatsPanels,
): PanelSet<StatsChosen | undefined> {
  let panel: StatsPanel | undefined;
  function add(
    chosen: StatsChosen,
    make: (events: PanelEvents<FromStats>) => Panel<ToStats>,
  ): void {
    const { report } = place;
    const made = createStatsPanel(chosen, { engine, alerts, watch, runOn, report }, make, () => {
      if (panel === made) panel = undefined;
    });
    panel = made;
  }

  return {
    async revive(old, state) {
      if (panel) old.dispose();
      else add(readStatsMemory(state).chosen, (events) => adoptPanel(STATS, place, old, events));
    },
    open(chosen) {
      if (!panel) {
        add(chosen ?? ALL, (events) => openPanel(STATS, place, vscode.l10n.t('Stats'), events));
        return;
      }
      if (chosen) panel.choose(chosen);
      panel.reveal();
    },
    dispose() {
      panel?.dispose();
    },
  };
}
