import { createLayerExplorers } from './layers.ts';
import type { LayerExplorerParts } from './layers.ts';
import type { PanelPlace } from './host.ts';
import { createLogViewers } from './logs.ts';
import type { LogViewerParts } from './logs.ts';
import { createStats } from './stats.ts';
import type { StatsPanels } from './stats.ts';
import { createTimelines } from './timeline.ts';
import type { TimelineBuilds } from './timeline.ts';

/** What panels are made of. */
export interface PanelParts
  extends LogViewerParts, StatsPanels, Pick<LayerExplorerParts, 'fileUri'> {
  readonly timelines: TimelineBuilds;
  readonly layers: Pick<LayerExplorerParts, 'linked' | 'openInstruction'>;
}

/** The panels of each kind, by the name of its view type. */
export type PanelKinds = ReturnType<typeof createPanelKinds>;

/** Makes all kinds of panels; none is open before someone asks for it, or VS Code brings it back. */
export const createPanelKinds = (place: PanelPlace, parts: PanelParts) => ({
  timeline: createTimelines(place, parts.timelines),
  logs: createLogViewers(place, parts),
  layers: createLayerExplorers(place, { ...parts, ...parts.layers }),
  stats: createStats(place, parts),
});
