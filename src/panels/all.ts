import * as vscode from 'vscode';
import type { Disposable } from '../util/emitter.ts';
import type { PanelPlace } from './host.ts';
import type { PanelKinds, PanelParts } from './kinds.ts';

type Kind = keyof PanelKinds;
type Open<K extends Kind> = (what: Parameters<PanelKinds[K]['open']>[0]) => Promise<void>;

export interface Panels extends Disposable {
  /** What commands open panels by. */
  readonly open: {
    readonly timeline: Open<'timeline'>;
    readonly openLogs: Open<'logs'>;
    readonly openLayers: Open<'layers'>;
    readonly openStats: Open<'stats'>;
  };
}

const kinds: readonly Kind[] = ['timeline', 'logs', 'layers', 'stats'];

/**
 * Serves panels. All that makes them is loaded with the first that is opened, or that VS Code brings back after a restart.
 * @param parts what they are made of, asked for once
 */
export function createPanels(place: PanelPlace, parts: () => Promise<PanelParts>): Panels {
  let loading: Promise<PanelKinds> | undefined;
  async function load(): Promise<PanelKinds> {
    const [{ createPanelKinds }, made] = await Promise.all([import('./kinds.ts'), parts()]);
    return createPanelKinds(place, made);
  }
  const all = () => (loading ??= load());
  const serializers = kinds.map((kind) =>
    vscode.window.registerWebviewPanelSerializer(`stevedore.${kind}`, {
      deserializeWebviewPanel: async (panel, state) => (await all())[kind].revive(panel, state),
    }),
  );
  return {
    open: {
      timeline: async (build) => (await all()).timeline.open(build),
      openLogs: async (what) => (await all()).logs.open(what),
      openLayers: async (what) => (await all()).layers.open(what),
      openStats: async (what) => (await all()).stats.open(what),
    },
    dispose() {
      for (const serializer of serializers) serializer.dispose();
      loading?.then((made) => Object.values(made).forEach((kind) => kind.dispose()), place.report);
    },
  };
}
