import { createLayerAnswers } from '../engine/builds/layerAnswers.ts';
import type { Builds } from '../engine/builds/service.ts';
import type { CurrentEngine } from '../engine/current.ts';
import { createImageAnswers } from '../engine/imageAnswers.ts';
import type { ImageAnswers } from '../engine/imageAnswers.ts';
import type { Registries } from '../engine/registry/registries.ts';
import type { Disposable } from '../util/emitter.ts';
import type { LayersAnswer } from '../util/imageRequest.ts';

/** What the language server asks of engine, registries and builds, and what it is told of them. */
export interface LanguageAnswers {
  readonly images: ImageAnswers;
  /** The engine came, went, or has other images. */
  readonly onImagesChange: (listener: () => void) => Disposable;
  /** What the instructions of a Dockerfile came to in its last build, by its path and its text as it is now. */
  readonly layers: (file: string, text: string) => Promise<LayersAnswer>;
  /** A build has ended. */
  readonly onLayersChange: (listener: () => void) => Disposable;
}

export function createLanguageAnswers(
  current: CurrentEngine,
  registries: Registries,
  builds: Builds,
): LanguageAnswers {
  return {
    images: createImageAnswers(current, registries),
    onImagesChange(listener) {
      const subscriptions = [
        current.onDidChange(listener),
        current.onDidChangeItems(({ kind }) => {
          if (kind === 'image') listener();
        }),
      ];
      return { dispose: () => subscriptions.forEach((one) => one.dispose()) };
    },
    layers: createLayerAnswers(builds, current),
    onLayersChange: (listener) =>
      builds.onDidChange(({ what }) => {
        if (what === 'ended') listener();
      }),
  };
}
