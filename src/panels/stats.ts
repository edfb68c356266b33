import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import type { Disposable } from '../util/emitter.ts';
import { ALL, readFromStats, readStatsMemory } from '../webviews/protocol/stats.ts';
import type { FromStats, StatsChosen, ToStats } from '../webviews/protocol/stats.ts';
import { adoptPanel, openPanel } from './host.ts';
import type { Panel, PanelEvents, PanelKind, PanelPlace } from './host.ts';
import { createStatsPanel } from './statsPanel.ts';
import type { StatsPanel, StatsParts } from './statsPanel.ts';

/** What the Stats panel is made of. */
export interface StatsPanels extends Pick<StatsParts, 'alerts' | 'runOn'> {
  readonly current: CurrentEngine;
}

export interface Stats extends Disposable {
  /** Shows the Stats panel, its charts of what is given. There is one in a window. */
  open(chosen?: StatsChosen): void;
}

const STATS: PanelKind<FromStats> = {
  viewType: 'stevedore.stats',
  bundle: 'stats',
  read: readFromStats,
};

/** The Stats panel of a window; VS Code brings it back after a restart. */
export function createStats(
  place: PanelPlace,
  { current: engine, alerts, runOn }: StatsPanels,
): Stats {
  let panel: StatsPanel | undefined;
  function add(
    chosen: StatsChosen,
    make: (events: PanelEvents<FromStats>) => Panel<ToStats>,
  ): void {
    const { report } = place;
    const made = createStatsPanel(chosen, { engine, alerts, runOn, report }, make, () => {
      if (panel === made) panel = undefined;
    });
    panel = made;
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(STATS.viewType, {
    async deserializeWebviewPanel(old, state: unknown) {
      if (panel) old.dispose();
      else add(readStatsMemory(state).chosen, (events) => adoptPanel(STATS, place, old, events));
    },
  });

  return {
    open(chosen) {
      if (!panel) {
        add(chosen ?? ALL, (events) => openPanel(STATS, place, vscode.l10n.t('Stats'), events));
        return;
      }
      if (chosen) panel.choose(chosen);
      panel.reveal();
    },
    dispose() {
      serializer.dispose();
      panel?.dispose();
    },
  };
}
