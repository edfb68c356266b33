import type { CancellationToken } from 'vscode-languageserver/node';
import type { ImageFacts } from '../../../../util/imageRequest.ts';
import { code, formatAge, formatBytes } from '../../../../util/format.ts';
import { imageUrl, parseImage } from '../../data/images.ts';
import type { Images } from '../images.ts';
import { link, paragraphs, points } from './markdown.ts';

/** How long a hover waits for engine and registries, in milliseconds. */
const WAIT = 2_500;
const MOST_PLATFORMS = 12;

/** Where hovers ask about images. */
export interface ImageWorld {
  readonly images: Images;
  readonly registries: boolean;
  readonly token: CancellationToken;
}

/**
 * What is known of an image: its size, platforms, digest and age on the engine and in its registry.
 * @param written as it stands in the document
 * @param reference with variables replaced
 */
export async function imageText(
  written: string,
  reference: string,
  { images, registries, token }: ImageWorld,
): Promise<string | undefined> {
  if (reference === 'scratch') return 'Nothing: the image begins empty.';
  if (!parseImage(reference)) return undefined;
  const ask = (from: 'engine' | 'registries') =>
    images.ask({ about: 'image', from, reference }, token, WAIT);
  // Where no engine answers, nothing is known of what it has.
  const atHand = async () =>
    (await images.ask({ about: 'engine', from: 'engine' }, token, WAIT)).images.length > 0;
  const [onEngine, inRegistry, hasEngine] = await Promise.all([
    ask('engine'),
    registries ? ask('registries') : undefined,
    atHand(),
  ]);
  const [local, remote] = [onEngine.images[0], inRegistry?.images[0]];
  const url = imageUrl(reference);
  return paragraphs(
    `**${code(reference)}**${written === reference ? '' : `, written ${code(written)}`}`,
    local && paragraphs('On the engine:', points(factLines(local, 'on disk'))),
    remote && paragraphs('In the registry:', points(factLines(remote, 'compressed'))),
    hasEngine && !local && !onEngine.late && 'Not on the engine.',
    url && link('Open its page', url),
  );
}

function factLines({ size, platforms = [], created, digest }: ImageFacts, how: string): string[] {
  const shown = platforms.slice(0, MOST_PLATFORMS).map(code);
  if (platforms.length > shown.length) shown.push(`${platforms.length - shown.length} more`);
  return [
    ...(size === undefined ? [] : [`${formatBytes(size)} ${how}`]),
    ...(created === undefined ? [] : [`${formatAge(created, Date.now() / 1000)} old`]),
    ...(shown.length > 0 ? [shown.join(', ')] : []),
    ...(digest === undefined ? [] : [code(digest)]),
  ];
}
