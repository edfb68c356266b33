import * as vscode from 'vscode';
import type { CurrentEngine } from '../engine/current.ts';
import { analyseImage } from '../engine/layers/analyse.ts';
import { installedScanners, scanImage } from '../engine/layers/scan/scanners.ts';
import type { FilePath } from '../engine/containerFiles/service.ts';
import { oneLine } from '../util/format.ts';
import { MANAGE_TRUST } from '../util/trust.ts';
import { readFromLayers, readLayersMemory } from '../webviews/protocol/layers.ts';
import type { FromLayers, LayersOpened, ToLayers } from '../webviews/protocol/layers.ts';
import { adoptPanel, openPanel } from './host.ts';
import type { Panel, PanelEvents, PanelKind, PanelPlace, PanelSet } from './host.ts';
import { createLayerPanel } from './layerPanel.ts';
import type { LayerDeeds, LayerPanel } from './layerPanel.ts';

export interface LayerExplorerParts extends Pick<LayerDeeds, 'linked' | 'openInstruction'> {
  readonly current: CurrentEngine;
  readonly fileUri: (at: FilePath) => vscode.Uri;
}

const LAYERS: PanelKind<FromLayers> = {
  viewType: 'stevedore.layers',
  bundle: 'layers',
  read: readFromLayers,
};

/** The layer explorers of a window. The image of one that is brought back is read again when that is asked for. */
export function createLayerExplorers(
  place: PanelPlace,
  parts: LayerExplorerParts,
): PanelSet<LayersOpened> {
  const open = new Set<LayerPanel>();
  const { current, fileUri, linked, openInstruction } = parts;
  const images = () => current.store?.list('image') ?? [];
  /** Runs a command on the image, as its row would. */
  async function command(id: string, opened: LayersOpened): Promise<void> {
    await current.store?.load('image');
    const image = images().find((image) => image.id === opened.id);
    const target = { image, reference: opened.name };
    const row = { noun: 'image', facts: [], label: opened.name, icon: { id: 'package' }, target };
    await vscode.commands.executeCommand(id, ...(image ? [row] : []));
  }
  const deeds: LayerDeeds = {
    analyse: async (image, onProgress, signal) =>
      analyseImage(await current.client(signal), image, onProgress, signal),
    expected: (id) => images().find((image) => image.id === id)?.size ?? 0,
    async containers() {
      await current.store?.load('container');
      return current.store?.list('container') ?? [];
    },
    async openFile(id, path) {
      await vscode.commands.executeCommand(
        'vscode.open',
        fileUri({ source: { kind: 'image', id }, path }),
      );
    },
    linked,
    openInstruction,
    scanners: async () => (vscode.workspace.isTrusted ? installedScanners(process.env) : undefined),
    scan: (scanner, { id, name }, signal) => {
      // Programs take names rather than ids; that of an image without a name is its id.
      const isNamed = images().some((image) => image.id === id && image.tags.includes(name));
      const host = current.endpoint?.url;
      const env = { ...process.env, ...(host !== undefined && { DOCKER_HOST: host }) };
      return scanImage(scanner, isNamed ? name : id, env, signal);
    },
    async manageTrust() {
      await vscode.commands.executeCommand(MANAGE_TRUST);
    },
    dockerfile: (opened) => command('stevedore.image.dockerfile', opened),
    compare: (opened) => command('stevedore.image.compare', opened),
  };

  function add(
    opened: LayersOpened,
    begin: boolean,
    make: (events: PanelEvents<FromLayers>) => Panel<ToLayers>,
  ): void {
    const panel = createLayerPanel(opened, deeds, place.report, begin, make, () =>
      open.delete(panel),
    );
    open.add(panel);
  }

  return {
    async revive(panel, state) {
      const opened = readLayersMemory(state)?.opened;
      if (opened === undefined) panel.dispose();
      else add(opened, false, (events) => adoptPanel(LAYERS, place, panel, events));
    },
    open(opened) {
      for (const panel of open) if (panel.opened.id === opened.id) return panel.reveal();
      const title = `Layers: ${oneLine(opened.name)}`;
      add(opened, true, (events) => openPanel(LAYERS, place, title, events));
    },
    dispose() {
      for (const panel of open) panel.dispose();
    },
  };
}
