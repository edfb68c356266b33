import type { ImageFacts, ImagesAnswer, ImagesRequest } from '../../util/imageRequest.ts';
import { familiarReference, HUB, parseReference, withDefaultTag } from '../reference.ts';
import type { Page, Registry, Repository, Tag } from './model.ts';
import type { Registries } from './registries.ts';

const NOTHING: ImagesAnswer = { images: [], complete: true };

/** Registries that tell anybody of their public images, and so may be asked without having been signed in to. */
const PUBLIC = new Set([
  HUB,
  'cgr.dev',
  'docker.elastic.co',
  'gcr.io',
  'ghcr.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
  'quay.io',
  'registry.access.redhat.com',
  'registry.k8s.io',
]);

const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'amd64',
  ia32: '386',
};
/** What this machine's containers are for. */
const OWN_PLATFORM = `linux/${ARCHITECTURES[process.arch] ?? process.arch}`;

/**
 * Answers from registries. Only those on show and well-known public ones are asked: a file that names another host must
 * not make the editor call there.
 */
export function registryAnswers(
  registries: Pick<Registries, 'shown' | 'open'>,
): (request: ImagesRequest, signal: AbortSignal) => Promise<ImagesAnswer> {
  const open = async (host: string, signal: AbortSignal): Promise<Registry | undefined> => {
    if (PUBLIC.has(host)) return registries.open(host);
    const known = await registries.shown(signal);
    return known.some((entry) => entry.host === host) ? registries.open(host) : undefined;
  };
  /** The registry of an image, and what it calls it there; undefined where that is not asked. */
  const find = async (text: string, signal: AbortSignal) => {
    const { registry, repository, digest, tag } = withDefaultTag(parseReference(text));
    const opened = await open(registry, signal);
    return opened && { registry: opened, repository, reference: digest ?? tag ?? 'latest' };
  };
  return async (request, signal) => {
    switch (request.about) {
      case 'names':
        return names(registries, request.typed, signal);
      case 'tags': {
        const { registry, repository } = parseReference(request.repository);
        const page = await (await open(registry, signal))?.tags(repository, signal);
        return page ? { images: page.items.map(tagFacts), complete: !page.more } : NOTHING;
      }
      case 'engine':
        return NOTHING;
      case 'digest': {
        const found = await find(request.reference, signal);
        if (!found) return NOTHING;
        const { registry, repository, reference } = found;
        const digest = await registry.digest(repository, reference, signal);
        return { images: [{ name: request.reference, digest }], complete: true };
      }
      case 'image': {
        const found = await find(request.reference, signal);
        if (!found) return NOTHING;
        const { registry, repository, reference } = found;
        const details = await registry.details(repository, reference, signal);
        const { digest, created, images } = details;
        const size = images[0]?.size;
        const facts: ImageFacts = {
          name: request.reference,
          digest,
          platforms: images.flatMap(({ platform }) => platform ?? []),
          ...(created === undefined ? {} : { created }),
          ...(size === undefined ? {} : { size }),
        };
        return { images: [facts], complete: true };
      }
      case 'variables': {
        const found = await find(request.reference, signal);
        if (!found) return NOTHING;
        const { registry, repository, reference } = found;
        const platform = request.platform ?? OWN_PLATFORM;
        const variables = await registry.variables(repository, reference, platform, signal);
        return { images: [{ name: request.reference, variables }], complete: true };
      }
    }
  };
}

/** Repositories that begin with what is typed: of the registry it begins with, else of Docker Hub; and registries. */
async function names(
  registries: Pick<Registries, 'shown' | 'open'>,
  typed: string,
  signal: AbortSignal,
): Promise<ImagesAnswer> {
  const entries = await registries.shown(signal);
  const slash = typed.indexOf('/');
  const host = slash < 0 ? undefined : typed.slice(0, slash);
  const entry = entries.find((one) => one.host === host && !one.hub);
  if (entry) {
    const listing = await (await registries.open(entry.host)).repositories({ signal });
    const own = entry.pinned.map((name) => ({ name: `${entry.host}/${name}` }));
    const page = listing.catalogue ? listing.page : undefined;
    const listed = page?.items.map((one) => repositoryFacts(entry.host, one)) ?? [];
    return { images: [...own, ...listed], complete: !page?.more };
  }
  const hosts = entries
    .filter((one) => !one.hub && one.host.startsWith(typed))
    .map((one): ImageFacts => ({ name: `${one.host}/`, description: 'registry' }));
  // Another host than those known: there is nobody to ask.
  if (host !== undefined && /[.:]|^localhost$/.test(host)) return { images: hosts, complete: true };
  const page = await (await registries.open(HUB)).hub?.search(typed, signal);
  return found(hosts, page);
}

function found(hosts: readonly ImageFacts[], page: Page<Repository> | undefined): ImagesAnswer {
  const repositories = page?.items.map((one) => repositoryFacts(HUB, one)) ?? [];
  return { images: [...hosts, ...repositories], complete: !page?.more };
}

function repositoryFacts(host: string, { name, description, official }: Repository): ImageFacts {
  const reference = { registry: host, repository: name, tag: undefined, digest: undefined };
  const words = [official ? 'official' : '', description ?? ''].filter(Boolean).join(' · ');
  return { name: familiarReference(reference), ...(words ? { description: words } : {}) };
}

function tagFacts({ name, digest, size, updated, platforms }: Tag): ImageFacts {
  return {
    name,
    ...(digest === undefined ? {} : { digest }),
    ...(size === undefined ? {} : { size }),
    ...(updated === undefined ? {} : { created: updated }),
    ...(platforms === undefined ? {} : { platforms }),
  };
}
