import { table } from '../../../../../util/table.ts';

const DOMAIN_PART = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const ADDRESS = /^\[[a-fA-F0-9:]+\]$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):([a-fA-F0-9]{32,})$/;
const DIGEST_LENGTHS: Readonly<Record<string, number>> = table({
  sha256: 64,
  sha384: 96,
  sha512: 128,
});

/** What is wrong with a reference: a sentence, and where. */
interface ReferenceProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
  /** It would be right in lower case. */
  readonly lower?: string;
}

/**
 * Why a text can't be the name of an image (distribution/reference, ParseNormalizedNamed); undefined when it can.
 */
export function referenceProblem(text: string): ReferenceProblem | undefined {
  const whole = { from: 0, to: text.length };
  if (/^[a-f0-9]{64}$/.test(text))
    return { ...whole, message: 'An image isn’t named by its id of 64 digits; use its name.' };
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const slash = named.indexOf('/');
  const head = slash < 0 ? '' : named.slice(0, slash);
  const hasDomain =
    slash >= 0 && (/[.:]/.test(head) || head === 'localhost' || head !== head.toLowerCase());
  const pathFrom = hasDomain ? slash + 1 : 0;
  const colon = named.indexOf(':', pathFrom);
  const pathTo = colon < 0 ? named.length : colon;
  const path = named.slice(pathFrom, pathTo);
  // A host with an underscore is read as the first part of a path, which is as good.
  if (hasDomain && !isDomain(head) && !PATH_PART.test(head))
    return { message: 'This is not the name of a registry.', from: 0, to: slash };
  const lower = path.toLowerCase();
  if (lower !== path) {
    const fixed = text.slice(0, pathFrom) + lower + text.slice(pathTo);
    const problem = { message: 'The name of an image is lower case.', from: pathFrom, to: pathTo };
    return referenceProblem(fixed) ? problem : { ...problem, lower: fixed };
  }
  if (path.split('/').some((part) => !PATH_PART.test(part)))
    return {
      message:
        'This is not the name of an image: letters, digits, and single . _ - between them, in parts separated by /.',
      ...whole,
    };
  if ((hasDomain ? head.length + 1 : 'docker.io/library/'.length) + path.length > 255)
    return { message: 'The name of an image has at most 255 characters.', ...whole };
  if (colon >= 0 && !TAG.test(named.slice(colon + 1)))
    return {
      message:
        'This is not a tag: letters, digits, _ . and -, at most 128, the first a letter, a digit or _.',
      from: colon + 1,
      to: named.length,
    };
  if (digest === undefined) return undefined;
  const message = digestProblem(digest);
  return message === undefined ? undefined : { message, from: at + 1, to: text.length };
}

/** Why a text can't be the digest of an image or a file (opencontainers/go-digest); undefined when it can. */
export function digestProblem(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, Math.max(colon, 0));
  const length = Object.hasOwn(DIGEST_LENGTHS, algorithm) ? DIGEST_LENGTHS[algorithm] : undefined;
  if (length !== undefined) {
    const encoded = digest.slice(colon + 1);
    if (encoded.length !== length)
      return `A ${algorithm} digest has ${length} hexadecimal digits; this one has ${encoded.length}.`;
    return /^[a-f0-9]+$/.test(encoded)
      ? undefined
      : `A ${algorithm} digest is written in the digits 0 to 9 and a to f.`;
  }
  return DIGEST.test(digest)
    ? `Digests of the algorithm ${algorithm.slice(0, 30)} aren’t supported; use sha256.`
    : 'This is not a digest; one looks like sha256: and 64 hexadecimal digits.';
}

function isDomain(head: string): boolean {
  const port = /:\d+$/.exec(head)?.[0] ?? '';
  const host = head.slice(0, head.length - port.length);
  return ADDRESS.test(host) || host.split('.').every((part) => DOMAIN_PART.test(part));
}
