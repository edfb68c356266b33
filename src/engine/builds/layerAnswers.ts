import { readOutline } from '../../util/dockerfileOutline.ts';
import type { LayersAnswer } from '../../util/imageRequest.ts';
import type { CurrentEngine } from '../current.ts';
import { EngineError } from '../errors.ts';
import { imageHistory } from '../imageHistory.ts';
import type { HistoryEntry } from '../imageHistory.ts';
import { layersOf } from './layers.ts';
import type { Build } from './model.ts';
import type { Builds } from './service.ts';

const ended: ReadonlySet<Build['state']> = new Set(['completed', 'failed']);

/**
 * Answers what the layers of a Dockerfile came to in its last build. Asks the engine for an image's history once.
 * @returns a function that takes the file's path and its text as it is now
 */
export function createLayerAnswers(
  builds: Pick<Builds, 'list'>,
  current: Pick<CurrentEngine, 'client' | 'endpoint'>,
): (file: string, text: string) => Promise<LayersAnswer> {
  let known: { image: string; history: Promise<readonly HistoryEntry[]> } | undefined;

  function historyOf({ image }: Build): Promise<readonly HistoryEntry[]> {
    // An engine that nothing has needed yet is left alone: it may be far away, or ask for a password.
    if (image === undefined || current.endpoint === undefined) return Promise.resolve([]);
    if (known?.image !== image) known = { image, history: read(image) };
    return known.history;
  }

  async function read(image: string): Promise<readonly HistoryEntry[]> {
    try {
      return await imageHistory(await current.client(), image);
    } catch (error) {
      // The image may be gone, or be another engine's; times are told without it.
      known = undefined;
      if (error instanceof EngineError) return [];
      throw error;
    }
  }

  return async (file, text) => {
    const own = builds
      .list()
      .filter(({ request, state }) => request.dockerfile === file && ended.has(state));
    const [last, ...others] = own;
    if (!last) return null;
    const before = others.find(({ request }) => request.target === last.request.target);
    return { layers: layersOf(readOutline(text), last, await historyOf(last), before) };
  };
}
