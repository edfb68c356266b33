/** A base image as it is written, variables included. */
interface ImageParts {
  /** The first part, when it is a host's name; that of Docker Hub only when it is written. */
  readonly registry: string | undefined;
  /** Without registry, tag and digest. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The builder refuses names of half this length. */
const LONGEST = 1024;

/** Takes an image reference apart by its separators; those within `${…}` don't count. Takes any text. */
export function imageParts(reference: string): ImageParts {
  if (reference.length > LONGEST)
    return { registry: undefined, name: reference, tag: undefined, digest: undefined };
  let slash = -1;
  let first = -1;
  let colon = -1;
  let at = -1;
  let depth = 0;
  for (let i = 0; i < reference.length && at < 0; i++) {
    const char = reference[i];
    if (char === '{' && reference[i - 1] === '$') depth++;
    else if (char === '}' && depth > 0) depth--;
    else if (depth > 0) continue;
    else if (char === '/') {
      if (first < 0) first = i;
      slash = i;
    } else if (char === ':') colon = i;
    else if (char === '@') at = i;
  }
  const end = at < 0 ? reference.length : at;
  const tagged = colon > slash;
  const path = reference.slice(0, tagged ? colon : end);
  const host = first < 0 ? '' : reference.slice(0, first);
  const isHost = /[.:]/.test(host.replaceAll(/\$\{[^}]*\}/g, '')) || host === 'localhost';
  return {
    registry: isHost ? host : undefined,
    name: isHost ? path.slice(first + 1) : path,
    tag: tagged ? reference.slice(colon + 1, end) : undefined,
    digest: at < 0 ? undefined : reference.slice(at + 1),
  };
}
