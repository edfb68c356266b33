import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { ImageFacts, ImagesRequest } from '../../../util/imageRequest.ts';
import type { KnownImages } from '../rules/rule.ts';
import type { Images } from './images.ts';

/** How long a check waits for an answer, in milliseconds: nothing else waits for it. */
const WAIT = 10_000;
/** Questions for one version of a document; who names more images than so many builds them by other means. */
const MOST = 100;

/**
 * What rules may know of images, for the time until `signal` aborts; undefined when the client answers no such
 * questions. Registries tell nothing unless they may be asked.
 */
export function knownImages(
  images: Images,
  registries: boolean,
  signal: AbortSignal,
): KnownImages | undefined {
  if (!images.available()) return undefined;
  const source = new CancellationTokenSource();
  signal.addEventListener('abort', () => source.cancel(), { once: true });
  const asked = new Set<string>();
  return knownBy(async (request) => {
    if (request.from === 'registries' && !registries) return undefined;
    asked.add(JSON.stringify(request));
    if (asked.size > MOST) return undefined;
    const { images: found } = await images.ask({ ...request, aside: true }, source.token, WAIT);
    return found[0];
  });
}

/** What `ask` is told of images; undefined is what nobody knows. */
export function knownBy(
  ask: (request: ImagesRequest) => Promise<ImageFacts | undefined>,
): KnownImages {
  return {
    platform: async () => (await ask({ from: 'engine', about: 'engine' }))?.platforms?.[0],
    local: (reference) => ask({ from: 'engine', about: 'image', reference }),
    digest: async (reference) =>
      (await ask({ from: 'registries', about: 'digest', reference }))?.digest,
    remote: (reference) => ask({ from: 'registries', about: 'image', reference }),
    variables: async (reference, platform) => {
      const request = { from: 'registries', about: 'variables', reference } as const;
      return (await ask({ ...request, ...(platform ? { platform } : {}) }))?.variables ?? [];
    },
  };
}
