import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import type { ImageFacts, ImagesFrom, ImagesRequest } from '../../../../util/imageRequest.ts';
import { formatAge, formatBytes } from '../../../../util/format.ts';
import type { BaseImage } from '../../model/baseImage.ts';
import { variablesOf } from '../../rules/imageVariables.ts';
import { knownBy } from '../knownImages.ts';
import type { Offer, Offers, Typed } from './items.ts';
import { typing } from './place.ts';
import type { World } from './world.ts';

type Question = ImagesRequest extends infer R
  ? R extends unknown
    ? Omit<R, 'from'>
    : never
  : never;

/** How long the list waits for what isn't there yet, in milliseconds. What comes later shows at the next key. */
const WAIT = { names: 400, tags: 1_500, digest: 4_000, variables: 400 } as const;
/** A search for less than this finds anything. */
const SHORTEST = 2;

/**
 * What an image's name may go on with: names, after `:` tags, after `@` its digest, the engine's own first.
 * `others` are offered beside the names.
 */
export async function imageOffers(
  typed: Typed,
  world: World,
  others: readonly Offer[] = [],
): Promise<Offers> {
  const { prefix } = typed;
  if (!world.images.available() || prefix.includes('$')) return { typed, offers: others };
  const at = prefix.indexOf('@');
  if (at >= 0) return digestOffers(typing(typed, prefix.slice(at + 1)), prefix.slice(0, at), world);
  const colon = prefix.indexOf(':', prefix.lastIndexOf('/') + 1);
  // A first part with a colon is a host with its port, when a slash follows.
  if (colon >= 0)
    return tagOffers(typing(typed, prefix.slice(colon + 1)), prefix.slice(0, colon), world);
  return nameOffers(typed, world, others);
}

async function nameOffers(typed: Typed, world: World, others: readonly Offer[]): Promise<Offers> {
  const { prefix } = typed;
  const request = { about: 'names', typed: prefix } as const;
  const { images, partial } = await both(request, world, WAIT.names, prefix.length >= SHORTEST);
  const offers = images.map(({ from, facts }): Offer => ({
    label: facts.name,
    kind: Kind.Reference,
    detail: from === 'engine' ? 'on the engine' : facts.description?.slice(0, 120),
    doc: undefined,
  }));
  // More may be found once there is enough to search for.
  return { typed, offers: [...others, ...offers], partial: partial || prefix.length < SHORTEST };
}

async function tagOffers(typed: Typed, repository: string, world: World): Promise<Offers> {
  const { images, partial } = await both({ about: 'tags', repository }, world, WAIT.tags, true);
  const offers = images.map(({ from, facts }): Offer => ({
    label: facts.name,
    kind: Kind.EnumMember,
    detail: [from === 'engine' ? 'on the engine' : '', ...factsOf(facts)]
      .filter(Boolean)
      .join(' · '),
  }));
  return { typed, offers, partial };
}

async function digestOffers(typed: Typed, reference: string, world: World): Promise<Offers> {
  const { images, partial } = await both({ about: 'image', reference }, world, WAIT.digest, true);
  const offers = images.flatMap(({ facts }): Offer[] =>
    facts.digest
      ? [
          {
            label: facts.digest,
            kind: Kind.Constant,
            detail: [reference, ...factsOf(facts)].join(' · '),
          },
        ]
      : [],
  );
  return { typed, offers, partial };
}

/** Names of the variables that an image sets, asked as checks do: what these know already is not asked again. */
export async function imageVariables(
  image: BaseImage,
  { images, token, registries }: World,
): Promise<{ names: readonly string[]; partial: boolean }> {
  let partial = false;
  const known = knownBy(async (request) => {
    if (request.from === 'registries' && !registries) return undefined;
    const answer = await images.ask({ ...request, aside: true }, token, WAIT.variables);
    partial ||= answer.late || !answer.complete;
    return answer.images[0];
  });
  return { names: await variablesOf(known, image), partial };
}

function factsOf({ size, created, platforms }: ImageFacts): string[] {
  return [
    ...(size === undefined ? [] : [formatBytes(size)]),
    ...(created === undefined ? [] : [`${formatAge(created, Date.now() / 1000)} old`]),
    ...(platforms && platforms.length > 0 ? [platforms.slice(0, 6).join(', ')] : []),
  ];
}

interface Found {
  readonly images: readonly { readonly from: ImagesFrom; readonly facts: ImageFacts }[];
  readonly partial: boolean;
}

/** Asks engine and registries at once; what the engine has stands first. */
async function both(
  question: Question,
  { images, token, registries }: World,
  waitMs: number,
  remote: boolean,
): Promise<Found> {
  const sources: ImagesFrom[] = remote && registries ? ['engine', 'registries'] : ['engine'];
  const answers = await Promise.all(
    sources.map(async (from) => ({
      from,
      answer: await images.ask({ ...question, from }, token, waitMs),
    })),
  );
  return {
    images: answers.flatMap(({ from, answer }) => answer.images.map((facts) => ({ from, facts }))),
    partial: answers.some(({ answer }) => answer.late || !answer.complete),
  };
}
