import { EngineError } from '../errors.ts';
import { variablesOf } from '../imageVariables.ts';
import type { RegistryClient } from './client.ts';
import { readJson } from './client.ts';
import {
  ACCEPT,
  digestOf,
  layersSize,
  parseManifest,
  platformOf,
  secondsOf,
  verifyDigest,
} from './manifest.ts';
import type { Manifest, PlatformImage, Registry } from './model.ts';

export interface ManifestReader extends Pick<Registry, 'manifest' | 'details' | 'variables'> {
  /** The digest that a tag stands for, without reading the manifest where the registry allows that. */
  resolve(repository: string, tag: string, signal?: AbortSignal): Promise<string>;
}

const MANIFEST_LIMIT = 4 << 20;
const KEPT = 1000;

const scopeOf = (repository: string) => `repository:${repository}:pull`;

/** Reads manifests and, for dates and platforms, image configurations. What a digest names never changes, so it is kept. */
export function createManifestReader(client: RegistryClient): ManifestReader {
  const kept = new Map<string, PlatformImage>();

  async function manifest(
    repository: string,
    reference: string,
    signal?: AbortSignal,
  ): Promise<Manifest> {
    const what = `read the manifest of ${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
    const reply = await client.request({
      path: `/v2/${repository}/manifests/${reference}`,
      what,
      scope: scopeOf(repository),
      accept: ACCEPT,
      maxBytes: MANIFEST_LIMIT,
      signal,
    });
    const told = [reply.headers['docker-content-digest'] ?? []].flat()[0];
    const digest = reference.includes(':') ? reference : (told ?? digestOf(reply.body));
    const parsed = parseManifest(
      readJson(reply, client.host, what),
      reply.headers['content-type'],
      digest,
    );
    // Schema 1 is signed: its digest leaves the signature out.
    if (parsed.kind !== 'schema1') verifyDigest(reply.body, digest, client.host);
    return parsed;
  }

  async function configOf(
    repository: string,
    { config }: Manifest,
    signal?: AbortSignal,
  ): Promise<Pick<PlatformImage, 'platform' | 'created' | 'variables'>> {
    if (!config) return { platform: undefined, created: undefined };
    const what = `read the configuration of ${repository}@${config.digest.slice(0, 19)}`;
    const reply = await client.request({
      path: `/v2/${repository}/blobs/${config.digest}`,
      what,
      scope: scopeOf(repository),
      maxBytes: MANIFEST_LIMIT,
      signal,
    });
    verifyDigest(reply.body, config.digest, client.host);
    const json = readJson(reply, client.host, what);
    return {
      platform: platformOf(json),
      created: secondsOf((json as { created?: unknown } | null)?.created),
      variables: variablesOf((json as { config?: unknown } | null)?.config),
    };
  }

  async function image(
    repository: string,
    parsed: Manifest,
    signal?: AbortSignal,
  ): Promise<PlatformImage> {
    const held = kept.get(parsed.digest);
    if (held) return held;
    const told =
      parsed.embedded ??
      (parsed.kind === 'image'
        ? await configOf(repository, parsed, signal)
        : { platform: undefined, created: undefined });
    const result: PlatformImage = { digest: parsed.digest, size: layersSize(parsed), ...told };
    kept.set(parsed.digest, result);
    // The oldest goes: a map keeps the order in which things were put in.
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return result;
  }

  async function child(
    repository: string,
    { digest, platform }: Manifest['children'][number],
    signal?: AbortSignal,
  ): Promise<PlatformImage> {
    const held = kept.get(digest);
    if (held) return { ...held, platform };
    try {
      return {
        ...(await image(repository, await manifest(repository, digest, signal), signal)),
        platform,
      };
    } catch (error) {
      // A mirror may hold some platforms of an index only: the others show without size and date.
      if (!(error instanceof EngineError) || error.reason !== 'not-found') throw error;
      return { platform, digest, size: undefined, created: undefined };
    }
  }

  return {
    manifest,
    async details(repository, reference, signal) {
      const parsed = await manifest(repository, reference, signal);
      const images =
        parsed.kind === 'index'
          ? await Promise.all(parsed.children.map((entry) => child(repository, entry, signal)))
          : [await image(repository, parsed, signal)];
      const dates = images.flatMap(({ created }) => created ?? []);
      const { digest, mediaType, kind } = parsed;
      return {
        digest,
        mediaType,
        kind,
        images,
        created: dates.length ? Math.max(...dates) : undefined,
      };
    },
    async variables(repository, reference, platform, signal) {
      const parsed = await manifest(repository, reference, signal);
      if (parsed.kind !== 'index') return (await image(repository, parsed, signal)).variables ?? [];
      const wanted = parsed.children.find((one) => `${one.platform}/`.startsWith(`${platform}/`));
      const entry = wanted ?? parsed.children[0];
      return (entry && (await child(repository, entry, signal)).variables) ?? [];
    },
    async resolve(repository, tag, signal) {
      const reply = await client.request({
        method: 'HEAD',
        path: `/v2/${repository}/manifests/${tag}`,
        what: `find the digest of ${repository}:${tag}`,
        scope: scopeOf(repository),
        accept: ACCEPT,
        signal,
      });
      const digest = [reply.headers['docker-content-digest'] ?? []].flat()[0];
      return digest ?? (await manifest(repository, tag, signal)).digest;
    },
  };
}
