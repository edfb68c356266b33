import { isAbsolute } from 'node:path';
import type { Client } from '../../client.ts';
import { EngineError } from '../../errors.ts';
import { hasContainerdStore } from '../../imageStore.ts';
import { isRaw, readFields } from '../../mapping/reader.ts';
import { parse } from '../../transport/answers.ts';
import type { Services } from '../grpc/exchange.ts';
import { newRef } from '../ids.ts';
import type { BuildOptions, CacheSpec } from '../request.ts';
import { contentServices } from '../services/content.ts';
import type { ContentStore } from '../services/content.ts';
import { openBlobs } from './blobs.ts';
import { parseDigest } from './digest.ts';
import { findManifest, putManifest } from './layoutIndex.ts';
import { LAYOUT, parseLayout } from './layoutName.ts';

/** Folders of content that a build takes part in: caches, and named contexts that are OCI layouts. */
export interface BuildFolders {
  /** The build's options as the builder is to have them, which knows folders by names only. */
  readonly options: Pick<BuildOptions, 'cacheFrom' | 'cacheTo' | 'contexts'>;
  readonly services: Services;
  /** What made the build fail; the engine says so in more words. */
  failure(): EngineError | undefined;
  /** What could not be read of a cache, without which the engine has built. */
  passedOver(): EngineError | undefined;
  /**
   * Enters into the indexes of caches what the build has written.
   * @param response what the exporter says of the result
   * @throws EngineError that names the file
   */
  complete(response: Readonly<Record<string, string>>): Promise<void>;
  /** Leaves nothing unfinished in the folders. */
  close(): Promise<void>;
}

type Asked = Pick<BuildOptions, 'cacheFrom' | 'cacheTo' | 'contexts'>;

/**
 * Opens the folders that a build's options name: caches of `type=local` and contexts of `oci-layout://`. As with buildx,
 * a cache that is not there yet is none, and told to `onMissing`.
 * @throws EngineError `not-supported` where the engine cannot take part; `bad-request` for a folder that is not said, or
 *   a layout that has no such image; what names a file that cannot be read
 */
export async function openBuildFolders(
  client: Pick<Client, 'request' | 'engine'>,
  asked: Asked,
  onMissing: (error: EngineError) => void,
  signal?: AbortSignal,
): Promise<BuildFolders> {
  const stores = new Map<string, ContentStore>();
  const addCache = (id: string, root: string, writable: boolean): void => {
    const there = stores.get(`local:${id}`);
    stores.set(`local:${id}`, {
      blobs: there?.blobs ?? openBlobs(root),
      writable: writable || (there?.writable ?? false),
      isCache: true,
    });
  };
  const addLayout = (id: string, root: string) =>
    stores.set(`oci:${id}`, { blobs: openBlobs(root), writable: false, isCache: false });
  await demandAble(client, asked, signal);
  const written: { readonly root: string; readonly tag: string }[] = [];
  const cacheTo = await each(asked.cacheTo, async (spec) => {
    const { root, id, tag } = folderOf(spec, 'dest');
    // An index that cannot be read is to be told before the build, not after it.
    await findManifest(root, tag);
    addCache(id, root, true);
    written.push({ root, tag });
    return { ...spec, attrs: { ...spec.attrs, dest: id } };
  });
  const cacheFrom = await each(asked.cacheFrom, async (spec) => {
    const { root, id, tag } = folderOf(spec, 'src');
    const digest = spec.attrs['digest'] ?? (await findManifest(root, tag));
    if (digest === undefined || !(await openBlobs(root).info(digest))) {
      onMissing(new EngineError('not-found', `There is no cache “${tag}” in “${root}” yet.`));
      return undefined;
    }
    addCache(id, root, false);
    return { ...spec, attrs: { ...spec.attrs, src: id, digest } };
  });
  const contexts: Record<string, string> = {};
  for (const [name, source] of Object.entries(asked.contexts ?? {}))
    contexts[name] = source.startsWith(LAYOUT) ? await openLayout(name, source, addLayout) : source;
  let failure: EngineError | undefined;
  let passedOver: EngineError | undefined;
  return {
    options: { ...asked, cacheFrom, cacheTo, contexts },
    services: contentServices(stores, (error, isPassedOver) => {
      if (isPassedOver) passedOver ??= error;
      else failure ??= error;
    }),
    failure: () => failure,
    passedOver: () => passedOver,
    complete: async (response) => {
      const manifest = parse(response['cache.manifest'] ?? '');
      if (!isRaw(manifest) || !parseDigest(readFields(manifest).text('digest'))) return;
      for (const { root, tag } of written) await putManifest(root, manifest, tag);
    },
    close: async () => {
      for (const { blobs, writable } of stores.values()) if (writable) await blobs.close();
    },
  };
}

/** Passes caches of other kinds on as they are. */
async function each(
  specs: readonly CacheSpec[] | undefined,
  local: (spec: CacheSpec) => Promise<CacheSpec | undefined>,
): Promise<CacheSpec[] | undefined> {
  if (!specs) return undefined;
  const opened: CacheSpec[] = [];
  for (const spec of specs) {
    const one = spec.type === 'local' ? await local(spec) : spec;
    if (one) opened.push(one);
  }
  return opened;
}

function folderOf({ attrs }: CacheSpec, attribute: 'src' | 'dest') {
  const root = attrs[attribute] ?? '';
  if (!isAbsolute(root))
    throw new EngineError(
      'bad-request',
      `A cache in a folder needs the folder: type=local,${attribute}=…`,
    );
  return { root, id: nameOf(root), tag: attrs['tag'] || 'latest' };
}

/** By which the engine asks for a folder: a header of HTTP/2, which holds no more than ASCII. */
const nameOf = (root: string): string => encodeURI(root);

/** @returns the context as the frontend wants it, with a name in place of the folder */
async function openLayout(
  name: string,
  source: string,
  add: (id: string, root: string) => void,
): Promise<string> {
  const { root, tag, digest: given } = parseLayout(source);
  const digest = given ?? (await findManifest(root, tag ?? 'latest', true));
  if (digest === undefined || !(await openBlobs(root).info(digest)))
    throw new EngineError(
      'bad-request',
      `The context ${name} is to be an image of the OCI layout “${root}”, which has no ${given ?? `image “${tag ?? 'latest'}”`}.`,
    );
  const id = newRef();
  add(id, root);
  return `${LAYOUT}${id}:${tag ?? 'latest'}@${digest}`;
}

/** @throws EngineError `not-supported` with a remedy, for an engine that would fail in the end, or not understand */
async function demandAble(
  client: Pick<Client, 'request' | 'engine'>,
  { cacheTo = [], contexts = {} }: Asked,
  signal: AbortSignal | undefined,
): Promise<void> {
  // It has no BuildKit, and is told so in other words.
  if (client.engine.podman !== undefined) return;
  const lacking = cacheTo.find(({ type }) => type !== 'inline');
  const layout = Object.values(contexts).find((source) => source.startsWith(LAYOUT));
  if (!lacking && layout === undefined) return;
  if (await hasContainerdStore(client, signal)) return;
  throw new EngineError(
    'not-supported',
    lacking
      ? `This engine gives its cache to images only: choose type=inline instead of type=${lacking.type}, or have containerd keep the engine’s images ("containerd-snapshotter" among the "features" of its daemon.json).`
      : 'This engine takes no OCI layout for a context: load its image and choose docker-image://…, or have containerd keep the engine’s images ("containerd-snapshotter" among the "features" of its daemon.json).',
  );
}
