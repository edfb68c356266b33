interface ImageName {
  /** Undefined for Docker Hub, whose name is usually left out. */
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const REPOSITORY = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const HUB = new Set(['docker.io', 'index.docker.io']);

/** Takes an image reference apart as the docker CLI does (distribution/reference), or answers undefined when it is none. */
export function parseImage(reference: string): ImageName | undefined {
  if (reference.length > 512) return undefined;
  const [rest = '', digest] = reference.split('@', 2);
  const slash = rest.indexOf('/');
  const head = slash < 0 ? '' : rest.slice(0, slash);
  const hasRegistry = /[.:]/.test(head) || head === 'localhost' || /[A-Z]/.test(head);
  const path = hasRegistry ? rest.slice(slash + 1) : rest;
  const [repository = '', tag] = path.split(':', 2);
  if (!REPOSITORY.test(repository)) return undefined;
  return { registry: hasRegistry && !HUB.has(head) ? head : undefined, repository, tag, digest };
}

/** The web page of an image on the public registries that have one; undefined for all others. */
export function imageUrl(reference: string): string | undefined {
  const image = parseImage(reference);
  if (!image || image.repository === 'scratch') return undefined;
  const { registry, repository } = image;
  switch (registry) {
    case undefined: {
      const page = repository.includes('/') ? `r/${repository}` : `_/${repository}`;
      return `https://hub.docker.com/${page.replace(/^r\/library\//, '_/')}`;
    }
    case 'ghcr.io': {
      const [owner, ...name] = repository.split('/');
      return name.length > 0 ? `https://github.com/${owner}/${name[0]}` : undefined;
    }
    case 'mcr.microsoft.com':
      return `https://mcr.microsoft.com/artifact/mar/${repository}`;
    case 'quay.io':
      return `https://quay.io/repository/${repository}`;
    case 'public.ecr.aws':
      return repository.includes('/') ? `https://gallery.ecr.aws/${repository}` : undefined;
    case 'registry.gitlab.com':
      return `https://gitlab.com/${repository.split('/').slice(0, 2).join('/')}/container_registry`;
    case 'docker.elastic.co':
      return `https://www.docker.elastic.co/r/${repository}`;
    default:
      return isGoogle(registry) ? `https://${registry}/${repository}` : undefined;
  }
}

/** Google's registries lead a browser to the page of an image under its own name. */
function isGoogle(registry: string): boolean {
  return /^(?:(?:us|eu|asia)\.)?gcr\.io$|^[a-z0-9-]+-docker\.pkg\.dev$/.test(registry);
}
