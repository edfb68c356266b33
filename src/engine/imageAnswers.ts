import type { ImageFacts, ImagesAnswer, ImagesRequest } from '../util/imageRequest.ts';
import type { CurrentEngine } from './current.ts';
import { EngineError } from './errors.ts';
import type { Client } from './client.ts';
import type { Image } from './model.ts';
import { variablesOf } from './imageVariables.ts';
import { pathText } from './path.ts';
import { familiarReference, HUB, parseReference, splitTag, withDefaultTag } from './reference.ts';
import type { ImageReference } from './reference.ts';
import type { Registries } from './registry/registries.ts';
import { registryAnswers } from './registry/answers.ts';
import { record } from './mapping/reader.ts';

/** Answers what the language server asks about images. */
export type ImageAnswers = (request: ImagesRequest, signal: AbortSignal) => Promise<ImagesAnswer>;

const NOTHING: ImagesAnswer = { images: [], complete: true };

/**
 * Answers from the live store of the engine at hand and from registries. Nothing is answered where there is no engine or
 * nothing of the name; throws the EngineError of a registry that fails otherwise.
 */
export function createImageAnswers(
  current: Pick<CurrentEngine, 'client' | 'endpoint' | 'store'>,
  registries: Pick<Registries, 'shown' | 'open'>,
): ImageAnswers {
  const fromRegistries = registryAnswers(registries);
  return async (request, signal) => {
    try {
      return request.from === 'engine'
        ? await engineAnswer(current, request, signal)
        : await fromRegistries(request, signal);
    } catch (error) {
      if (error instanceof EngineError && isNothing(request, error)) return NOTHING;
      throw error;
    }
  };
}

/** No engine, or no such name: the Dockerfile's author sees the first in the views, and is still typing the second. */
function isNothing({ from }: ImagesRequest, { reason }: EngineError): boolean {
  return (
    from === 'engine' ||
    ['bad-request', 'not-found', 'unauthorized', 'forbidden', 'cancelled'].includes(reason)
  );
}

/** A name of an image with what it stands for, read. Names that are none, as `<none>:<none>`, are left out. */
function read(text: string): ImageReference[] {
  try {
    return [parseReference(text)];
  } catch {
    // Engines list such names; they can't be written in a Dockerfile either.
    return [];
  }
}

async function engineAnswer(
  current: Pick<CurrentEngine, 'client' | 'endpoint' | 'store'>,
  request: ImagesRequest,
  signal: AbortSignal,
): Promise<ImagesAnswer> {
  // It may be far away or ask for a password, which opening a Dockerfile is no reason for.
  if (request.aside && current.endpoint === undefined) return NOTHING;
  const client = await current.client(signal);
  if (request.about === 'engine') {
    const { os, arch, name } = client.engine;
    if (arch === 'unknown') return NOTHING;
    return { images: [{ name, platforms: [`${os}/${arch}`] }], complete: true };
  }
  const { store } = current;
  await store?.load('image');
  const images = store?.list('image') ?? [];
  switch (request.about) {
    case 'names':
      return { images: namesOf(images, request.typed), complete: true };
    case 'tags':
      return { images: tagsOf(images, parseReference(request.repository)), complete: true };
    case 'image':
    case 'variables':
    case 'digest': {
      const wanted = withDefaultTag(parseReference(request.reference));
      const image = images.find((one) => isCalled(one, wanted));
      if (!image) return NOTHING;
      const { digests, ...told } = await inspect(client, image.id, signal);
      // A push gives it a digest without an event that the store hears of.
      const facts = factsOf({ ...image, digests }, request.reference, wanted);
      return { images: [{ ...facts, ...told }], complete: true };
    }
  }
}

interface Inspected {
  /** Names with the digests that they were pulled or pushed under. */
  readonly digests: readonly string[];
  /** Those that the engine has of the image, the one that it would run first. */
  readonly platforms?: readonly string[];
  /** Names of the variables that the image sets. */
  readonly variables?: readonly string[];
  /** It sets a working directory, which isn't the root. */
  readonly workdir?: true;
  /** It sets the shell of what is built on it. */
  readonly shell?: true;
}

/**
 * Looks at an image. Only an engine that keeps images in containerd has more than one platform of it, and tells of them
 * from API 1.48 on (`manifests`).
 */
async function inspect(client: Client, id: string, signal: AbortSignal): Promise<Inspected> {
  const path = `/images/${pathText(id)}/json?manifests=1`;
  const answer = record(await client.request({ path, as: 'json', signal }));
  const { Os, Architecture, Variant, Manifests, RepoDigests, Config } = answer;
  const manifests = Array.isArray(Manifests) ? Manifests.map(record) : [];
  const others = manifests
    .filter(({ Kind, Available }) => Kind === 'image' && Available === true)
    .map(({ ImageData }) => record(record(ImageData)['Platform']))
    .map(({ os, architecture, variant }) => platformText(os, architecture, variant));
  const own = platformText(Os, Architecture, Variant);
  const platforms = [...new Set([own, ...others])].filter((one) => one !== '');
  const variables = variablesOf(Config);
  const { WorkingDir, Shell } = record(Config);
  return {
    digests: Array.isArray(RepoDigests) ? RepoDigests.filter((one) => typeof one === 'string') : [],
    ...(platforms.length > 0 ? { platforms } : {}),
    ...(variables.length > 0 ? { variables } : {}),
    ...(typeof WorkingDir === 'string' && /[^/]/.test(WorkingDir) ? { workdir: true } : {}),
    ...(Array.isArray(Shell) && Shell.length > 0 ? { shell: true } : {}),
  };
}

function platformText(os: unknown, architecture: unknown, variant: unknown): string {
  const parts = [os, architecture, variant].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  return parts.length > 1 ? parts.join('/') : '';
}

function namesOf(images: readonly Image[], typed: string): ImageFacts[] {
  const names = new Set(
    images.flatMap(({ tags }) =>
      tags.flatMap(read).map((reference) => splitTag(familiarReference(reference)).repository),
    ),
  );
  return [...names]
    .filter((name) => name.startsWith(typed))
    .sort()
    .map((name) => ({ name }));
}

const isSame = (a: ImageReference, b: ImageReference) =>
  a.registry === b.registry && a.repository === b.repository;

function tagsOf(images: readonly Image[], wanted: ImageReference): ImageFacts[] {
  return images.flatMap((image) =>
    image.tags
      .flatMap(read)
      .flatMap((reference) =>
        isSame(reference, wanted) && reference.tag !== undefined
          ? [factsOf(image, reference.tag, wanted)]
          : [],
      ),
  );
}

function isCalled({ tags, digests }: Image, wanted: ImageReference): boolean {
  // A digest decides alone; a tag beside it is for people.
  const names = wanted.digest === undefined ? tags : digests;
  return names
    .flatMap(read)
    .some((one) =>
      wanted.digest === undefined
        ? isSame(one, wanted) && one.tag === wanted.tag
        : isSame(one, wanted) && one.digest === wanted.digest,
    );
}

function factsOf(image: Image, name: string, wanted: ImageReference): ImageFacts {
  const [digest, ...digests] = image.digests
    .flatMap(read)
    .flatMap((one) => (isSame(one, wanted) && one.digest !== undefined ? [one.digest] : []));
  return {
    name,
    size: image.size,
    created: image.created,
    ...(digest === undefined ? {} : { digest }),
    ...(digests.length === 0 ? {} : { digests }),
    ...(wanted.registry === HUB ? {} : { description: wanted.registry }),
  };
}
