/** What content is known by: `sha256:…` (OCI image-spec, descriptor.md, "Digests"), taken apart. */
export interface Digest {
  readonly algorithm: string;
  /** In lower case, as many digits as the algorithm has. */
  readonly hex: string;
}

/** Digits by algorithm, those that the specification registers and its implementations have. */
const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Reads a digest; undefined for what is none. Nothing of it can lead out of a folder. */
export function parseDigest(text: string): Digest | undefined {
  const [, algorithm = '', hex = ''] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text) ?? [];
  const known = Object.hasOwn(LENGTHS, algorithm) && LENGTHS[algorithm] === hex.length;
  return known ? { algorithm, hex } : undefined;
}
