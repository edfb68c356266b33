/** Longer ones are refused (distribution/reference, NameTotalLengthMax). */
const LONGEST_NAME = 255;
const PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const DOMAIN_PART = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST_SIZES: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Why a text is no reference to an image, in the words of distribution/reference (ParseNormalizedNamed), which BuildKit
 * asks; undefined when it is one.
 */
export function referenceProblem(text: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(text))
    return `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`;
  const { domain, rest } = splitDomain(text);
  const remote = rest.split(':', 1)[0] ?? '';
  if (remote.toLowerCase() !== remote)
    return `invalid reference format: repository name (${remote}) must be lowercase`;
  const [named = '', digest, ...more] = rest.split('@');
  const colon = named.indexOf(':');
  const path = colon < 0 ? named : named.slice(0, colon);
  const wellFormed =
    more.length === 0 &&
    isDomain(domain) &&
    path.length <= 4096 &&
    path.split('/').every((part) => PART.test(part)) &&
    (colon < 0 || TAG.test(named.slice(colon + 1))) &&
    (digest === undefined || isDigest(digest));
  if (!wellFormed) return 'invalid reference format';
  if (path.length > LONGEST_NAME)
    return `repository name must not be more than ${LONGEST_NAME} characters`;
  return digest === undefined ? undefined : digestProblem(digest);
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  if (slash < 0) return { domain: 'docker.io', rest: `library/${text}` };
  const head = text.slice(0, slash);
  const rest = text.slice(slash + 1);
  const known = head === 'index.docker.io' ? 'docker.io' : head;
  if (head !== 'localhost' && !/[.:]/.test(head) && head.toLowerCase() === head)
    return { domain: 'docker.io', rest: text };
  return {
    domain: known,
    rest: known === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest,
  };
}

function isDomain(domain: string): boolean {
  const match = /^(\[[a-fA-F0-9:]+\]|[^:[\]]+)(?::[0-9]+)?$/.exec(domain);
  const host = match?.[1];
  if (host === undefined) return false;
  return host.startsWith('[') || host.split('.').every((part) => DOMAIN_PART.test(part));
}

function isDigest(digest: string): boolean {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, Math.max(0, colon));
  return (
    algorithm.split(/[-_+.]/).every((part) => /^[A-Za-z][A-Za-z0-9]*$/.test(part)) &&
    /^[0-9a-fA-F]{32,}$/.test(digest.slice(colon + 1))
  );
}

function digestProblem(digest: string): string | undefined {
  const [algorithm = '', encoded = ''] = digest.split(':');
  const size = Object.hasOwn(DIGEST_SIZES, algorithm) ? DIGEST_SIZES[algorithm] : undefined;
  if (size === undefined) return 'unsupported digest algorithm';
  if (encoded.length !== size) return 'invalid checksum digest length';
  return /^[a-f0-9]+$/.test(encoded) ? undefined : 'invalid checksum digest format';
}
