import type { Disposable } from '../util/emitter.ts';
import type { PanelPlace } from './host.ts';
import { createLayerExplorers } from './layers.ts';
import type { LayerExplorerParts, LayerExplorers } from './layers.ts';
import { createLogViewers } from './logs.ts';
import type { LogViewerParts, LogViewers } from './logs.ts';
import { createStats } from './stats.ts';
import type { Stats, StatsPanels } from './stats.ts';
import { createTimelines } from './timeline.ts';
import type { TimelineBuilds, Timelines } from './timeline.ts';

export interface Panels extends Disposable {
  /** What commands open panels by. */
  readonly open: {
    readonly timeline: Timelines['open'];
    readonly openLogs: LogViewers['open'];
    readonly openLayers: LayerExplorers['open'];
    readonly openStats: Stats['open'];
  };
}

export interface PanelParts
  extends LogViewerParts, StatsPanels, Pick<LayerExplorerParts, 'fileUri'> {
  readonly timelines: TimelineBuilds;
  readonly layers: Pick<LayerExplorerParts, 'linked' | 'openInstruction'>;
}

/** Makes all kinds of panels; none is open before someone asks for it, or VS Code brings it back. */
export function createPanels(place: PanelPlace, parts: PanelParts): Panels {
  const { current, fileUri } = parts;
  const timelines = createTimelines(place, parts.timelines);
  const logs = createLogViewers(place, parts);
  const layers = createLayerExplorers(place, { ...parts.layers, current, fileUri });
  const stats = createStats(place, parts);
  return {
    open: {
      timeline: timelines.open,
      openLogs: logs.open,
      openLayers: layers.open,
      openStats: stats.open,
    },
    dispose() {
      for (const kind of [timelines, logs, layers, stats]) kind.dispose();
    },
  };
}
