import { EngineError } from './errors.ts';

/** Docker Hub's host in image references. Everything without a host of its own belongs to it. */
export const HUB = 'docker.io';

/** A fully resolved image reference. */
export interface ImageReference {
  /** Registry host with its port, such as `docker.io`, `localhost:5000` or `[::1]:5000`. */
  readonly registry: string;
  /** Path inside the registry, with Docker Hub's `library/` where it was left out. */
  readonly repository: string;
  /** Undefined when neither written nor implied: a reference without tag and digest means `latest` to the engine. */
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

export interface RegistryAddress {
  /** Host with its port; `docker.io` for any of Docker Hub's names. */
  readonly host: string;
  /** What was written before `://`; undefined when nothing was. */
  readonly scheme: 'http' | 'https' | undefined;
}

const HUB_NAMES = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'hub.docker.com',
  'registry.hub.docker.com',
  'www.docker.com',
]);
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const HASH_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

function invalid(text: string, why: string): EngineError {
  return new EngineError('bad-request', `"${text}" is not an image reference: ${why}.`);
}

/** Whether a text is a registry host as references may hold it: names without underscores, addresses, a port. */
export function isRegistryHost(text: string): boolean {
  return HOST.test(text);
}

/** Throws unless `tag` is one that registries accept (distribution-spec: `\w[\w.-]{0,127}`). */
function checkTag(text: string, tag: string): void {
  if (!TAG.test(tag)) {
    throw invalid(
      text,
      'a tag is 1 to 128 letters, digits, "_", "." and "-", and starts with none of the last two',
    );
  }
}

function checkDigest(text: string, digest: string): void {
  const [algorithm = '', hash = ''] = digest.split(':', 2);
  const length = HASH_LENGTH[algorithm];
  const bad =
    length === undefined ? !DIGEST.test(digest) : !new RegExp(`^[0-9a-f]{${length}}$`).test(hash);
  if (bad)
    throw invalid(text, `"${digest}" is not a digest such as sha256:… with 64 hexadecimal digits`);
}

function checkRepository(text: string, repository: string): void {
  if (repository.toLowerCase() !== repository)
    throw invalid(text, 'a repository is written in lower case');
  const bad = repository.split('/').find((part) => !COMPONENT.test(part));
  if (bad !== undefined) {
    throw invalid(
      text,
      bad === ''
        ? 'a part of the name is empty'
        : `"${bad}" may hold only a-z, 0-9 and single separators ". _ -" between them`,
    );
  }
}

/** Host and path of a name, by docker's rule: the first part is a host when it has a dot, a port or a capital, or is `localhost`. */
function splitHost(name: string): [registry: string, repository: string] {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const registry = isHost ? first : HUB;
  const rest = isHost ? name.slice(slash + 1) : name;
  if (registry !== HUB && registry !== 'index.docker.io') return [registry, rest];
  return [HUB, rest.includes('/') ? rest : `library/${rest}`];
}

/**
 * Reads an image reference as the docker CLI does (github.com/distribution/reference, `ParseNormalizedNamed`).
 * @param text as typed: `nginx`, `team/app:1.2`, `localhost:5000/x@sha256:…`
 * @throws EngineError `bad-request` naming what is wrong with it
 */
export function parseReference(text: string): ImageReference {
  if (!text) throw invalid(text, 'it is empty');
  if (/^[0-9a-f]{64}$/.test(text)) throw invalid(text, 'it is an image id, not a name');
  if (text.includes('://'))
    throw invalid(text, 'it is a URL: leave out what stands before the host');
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  const [registry, repository] = splitHost(hasTag ? named.slice(0, colon) : named);
  if (!HOST.test(registry)) throw invalid(text, `"${registry}" is not a host name`);
  checkRepository(text, repository);
  if (registry.length + 1 + repository.length > 255)
    throw invalid(text, 'its name is longer than 255 characters');
  if (tag !== undefined) checkTag(text, tag);
  if (digest !== undefined) checkDigest(text, digest);
  return { registry, repository, tag, digest };
}

/** The same reference with the tag `latest` when it has neither tag nor digest, as pull and push take it. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: 'latest' }
    : reference;
}

/** The complete text of a reference: `docker.io/library/nginx:1.27`. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** The shortest text that means the same reference to docker: `nginx:1.27`. */
export function familiarReference(reference: ImageReference): string {
  const full = formatReference(reference);
  if (reference.registry !== HUB) return full;
  const path = full.slice(HUB.length + 1);
  const short = path.replace(/^library\//, '');
  return short.includes('/') ? path : short;
}

/**
 * What an engine calls an image, as it is shown: without Docker Hub's host, and without the digest behind a tag. Takes any
 * text, for what an engine says need not be a reference.
 */
export const shownReference = (text: string): string =>
  text.replace(/^docker\.io\/(?:library\/)?/, '').replace(/(:[^:/@]+)@sha256:\w+$/, '$1');

/**
 * Reads a registry's address as a person types it: with or without scheme, a trailing slash or `/v2`.
 * @throws EngineError `bad-request` when there is no host in it, or a path that cannot be meant
 */
export function parseRegistryAddress(text: string): RegistryAddress {
  const bad = (why: string) =>
    new EngineError('bad-request', `"${text}" is not a registry's address: ${why}.`);
  const match = /^(?:(https?):\/\/)?([^/?#]*)(\/[^?#]*)?$/i.exec(text.trim());
  const host = match?.[2]?.toLowerCase() ?? '';
  if (host.includes('@')) {
    // Not repeated in the message: what stands before the @ is a password as often as not.
    throw new EngineError(
      'bad-request',
      "A registry's address holds no user name or password: sign in instead.",
    );
  }
  if (!match || !HOST.test(host)) throw bad('write host or host:port');
  if (HUB_NAMES.has(host)) return { host: HUB, scheme: undefined };
  const path = (match[3] ?? '').replace(/\/+$/, '');
  if (path && path !== '/v2' && path !== '/v1') {
    throw bad(`leave out "${path}", and pin the repository by its name once ${host} is added`);
  }
  const scheme = match[1]?.toLowerCase();
  return { host, scheme: scheme === 'http' || scheme === 'https' ? scheme : undefined };
}

/** Whether a list of addresses, as a person typed them, has the registry at `host`. What is no address stands for none. */
export function hasRegistry(addresses: readonly string[], host: string): boolean {
  return addresses.some((text) => {
    try {
      return parseRegistryAddress(text).host === host;
    } catch {
      // An entry that names no registry, of which the settings file is full while it is written.
      return false;
    }
  });
}

/** Splits `host:5000/team/app:1.2` at the colon that starts the tag. The tag is empty where there is none. */
export function splitTag(reference: string): { repository: string; tag: string } {
  const colon = reference.lastIndexOf(':');
  if (colon < 0 || reference.includes('/', colon)) return { repository: reference, tag: '' };
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
