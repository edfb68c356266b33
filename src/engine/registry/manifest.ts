import { createHash } from 'node:crypto';
import { EngineError } from '../errors.ts';
import type { Descriptor, Manifest } from './model.ts';
import { record, records, textOf } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+json';
const SCHEMA1_SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** What to accept when asking for a manifest: without it a registry answers with schema 1, converted. */
export const ACCEPT = [
  OCI_INDEX,
  DOCKER_LIST,
  OCI_MANIFEST,
  DOCKER_MANIFEST,
  `${SCHEMA1_SIGNED};q=0.5`,
  `${SCHEMA1};q=0.5`,
].join(', ');

const IMAGE_CONFIGS = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  'application/octet-stream',
]);

function descriptor(value: unknown): Descriptor | undefined {
  const { digest, mediaType, size } = record(value);
  return typeof digest === 'string'
    ? {
        digest,
        mediaType: textOf(mediaType) ?? '',
        size: typeof size === 'number' && size >= 0 ? size : 0,
      }
    : undefined;
}

/** `os/architecture[/variant]` as docker writes it; undefined when neither is told. */
export function platformOf(value: unknown): string | undefined {
  const { os, architecture, variant } = record(value);
  const parts = [textOf(os), textOf(architecture), textOf(variant)].filter(
    (part) => part !== undefined,
  );
  return parts.length ? parts.join('/') : undefined;
}

/** Seconds since the epoch of a date in a manifest, image configuration or Hub's answer; undefined for none and for the zero times that reproducible builds write. */
export function secondsOf(date: unknown): number | undefined {
  const ms = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return ms > 0 ? Math.floor(ms / 1000) : undefined;
}

/** The sha256 digest of bytes, as registries write it. */
export function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

/** Throws unless the body is what its sha256 digest says. Other algorithms are left to the engine. */
export function verifyDigest(body: Buffer, digest: string, host: string): void {
  if (!digest.startsWith('sha256:') || digestOf(body) === digest) return;
  throw new EngineError(
    'server',
    `${host} sent something else than what ${digest.slice(0, 19)}… names: try again, and tell its operator if it stays so.`,
  );
}

function embedded(json: Raw): Manifest['embedded'] {
  const first = textOf(records(json['history'])[0]?.['v1Compatibility']);
  let config: Raw = {};
  try {
    config = record(JSON.parse(first ?? '{}'));
  } catch {
    // Schema 1 has been dead for years: its layers still show, without platform and date.
  }
  return {
    platform: platformOf({
      os: config['os'] ?? 'linux',
      architecture: config['architecture'] ?? json['architecture'],
    }),
    created: secondsOf(config['created']),
  };
}

/**
 * Reads a manifest of any format (OCI image-spec 1.1 index and manifest; Docker list, schema 2 and 1).
 * @param contentType of the answer; what the manifest says of itself goes before it
 * @param digest as known from the request or the answer's header
 */
export function parseManifest(
  value: unknown,
  contentType: string | undefined,
  digest: string,
): Manifest {
  const json = record(value);
  const header = contentType?.split(';')[0]?.trim();
  const layers = records(json['layers']).flatMap((layer) => descriptor(layer) ?? []);
  const config = descriptor(json['config']);
  const common = {
    digest,
    layers,
    config,
    json: value,
    children: [],
    embedded: undefined,
  } as const;
  if (json['schemaVersion'] === 1) {
    const blobs = records(json['fsLayers']).flatMap(
      (layer) => descriptor({ digest: layer['blobSum'] }) ?? [],
    );
    return {
      ...common,
      kind: 'schema1',
      mediaType: header ?? SCHEMA1,
      layers: blobs,
      embedded: embedded(json),
    };
  }
  if (Array.isArray(json['manifests'])) {
    const children = records(json['manifests']).flatMap((entry) => {
      const annotations = record(entry['annotations']);
      const of = descriptor(entry);
      // BuildKit's provenance and SBOM stand in the index as images of an unknown platform.
      const isAttestation =
        annotations['vnd.docker.reference.type'] !== undefined ||
        platformOf(entry['platform']) === 'unknown/unknown';
      return of && !isAttestation
        ? [{ ...of, platform: platformOf(entry['platform']) ?? 'unknown' }]
        : [];
    });
    return {
      ...common,
      kind: 'index',
      mediaType: textOf(json['mediaType']) ?? header ?? OCI_INDEX,
      children,
    };
  }
  const mediaType = textOf(json['mediaType']) ?? header ?? OCI_MANIFEST;
  const isImage =
    config !== undefined && (config.mediaType === '' || IMAGE_CONFIGS.has(config.mediaType));
  if (!config && !layers.length && mediaType !== OCI_MANIFEST && mediaType !== DOCKER_MANIFEST) {
    throw new EngineError(
      'not-supported',
      `"${mediaType}" is not a kind of manifest that can be shown.`,
    );
  }
  return { ...common, kind: isImage ? 'image' : 'artifact', mediaType };
}

/** Bytes of the layers together; undefined for schema 1, which doesn't tell. */
export function layersSize(manifest: Manifest): number | undefined {
  if (manifest.kind === 'schema1') return undefined;
  return manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
}
