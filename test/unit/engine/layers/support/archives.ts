import { createHash } from 'node:crypto';
import { newHeader } from '../../../../../src/engine/tar/pack.ts';
import { padding, TAR_END, writeHeader } from '../../../../../src/engine/tar/header.ts';
import type { TarHeader } from '../../../../../src/engine/tar/header.ts';

/** An entry of an archive; text is its content. */
export type Entry = Partial<Omit<TarHeader, 'size'>> & {
  readonly name: string;
  readonly text?: string | Buffer;
};

/** A tar archive of the entries. */
export function archive(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ text = '', ...rest }) => {
    const content = Buffer.from(text);
    const isFile = (rest.type ?? 'file') === 'file';
    const header = writeHeader(newHeader({ ...rest, size: isFile ? content.length : 0, mtime: 0 }));
    return isFile ? [header, content, Buffer.alloc(padding(content.length))] : [header];
  });
  return Buffer.concat([...parts, TAR_END]);
}

export interface HistoryEntry {
  readonly created_by: string;
  readonly empty_layer?: true;
  readonly comment?: string;
}

const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');

function configOf(layers: readonly Buffer[], history?: readonly HistoryEntry[]) {
  return {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${digest(layer)}`) },
    history:
      history ?? layers.map((_, n) => ({ created_by: `RUN /bin/sh -c step ${n} # buildkit` })),
  };
}

export type Layout = 'legacy' | 'oci' | 'podman';

/** What an engine sends of an image with these layers, in the layout of engines before 25, since then, and of Podman. */
export function exported(
  layout: Layout,
  contents: readonly (readonly Entry[])[],
  options: {
    readonly history?: readonly HistoryEntry[];
    readonly pack?: (layer: Buffer) => Buffer;
  } = {},
): Buffer {
  const layers = contents.map(archive);
  const config = Buffer.from(JSON.stringify(configOf(layers, options.history)));
  if (layout === 'oci') return oci(layers, config, options.pack);
  return layout === 'podman' ? podman(layers, config) : legacy(layers, config);
}

/** A directory for each layer, those that are there already as links, and what they are at the very end. */
function legacy(layers: readonly Buffer[], config: Buffer): Buffer {
  const seen = new Map<string, string>();
  const entries = layers.flatMap((layer, n): Entry[] => {
    const id = createHash('sha256').update(`${n}`).digest('hex');
    const own = digest(layer);
    const before = seen.get(own);
    if (!before) seen.set(own, id);
    return [
      { name: id, type: 'directory' },
      { name: `${id}/VERSION`, text: '1.0' },
      { name: `${id}/json`, text: JSON.stringify({ id }) },
      before
        ? { name: `${id}/layer.tar`, type: 'symlink', linkname: `../${before}/layer.tar` }
        : { name: `${id}/layer.tar`, text: layer },
    ];
  });
  const paths = layers.map(
    (_, n) => `${createHash('sha256').update(`${n}`).digest('hex')}/layer.tar`,
  );
  const name = `${digest(config)}.json`;
  const manifest = [{ Config: name, RepoTags: ['made:1'], Layers: paths }];
  return archive([
    ...entries,
    { name, text: config },
    { name: 'manifest.json', text: JSON.stringify(manifest) },
    { name: 'repositories', text: '{"made":{"1":"abc"}}' },
  ]);
}

function podman(layers: readonly Buffer[], config: Buffer): Buffer {
  const files = new Map(layers.map((layer) => [`${digest(layer)}.tar`, layer]));
  const name = `${digest(config)}.json`;
  const paths = layers.map((layer) => `${digest(layer)}.tar`);
  return archive([
    ...[...files].map(([path, text]): Entry => ({ name: path, text })),
    { name, text: config },
    ...layers.map((layer, n): Entry => ({
      name: `old${n}/layer.tar`,
      type: 'symlink',
      linkname: `../${digest(layer)}.tar`,
    })),
    { name: 'manifest.json', text: JSON.stringify([{ Config: name, Layers: paths }]) },
  ]);
}

/** Blobs in the order of their digests, which says nothing; and something attached that is no image. */
function oci(
  layers: readonly Buffer[],
  config: Buffer,
  pack: (layer: Buffer) => Buffer = (layer) => layer,
): Buffer {
  const blobs = layers.map((layer) => pack(layer));
  const descriptor = (blob: Buffer) => ({ digest: `sha256:${digest(blob)}`, size: blob.length });
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, config: descriptor(config), layers: blobs.map(descriptor) }),
  );
  const statement = Buffer.from('{"predicateType":"https://slsa.dev/provenance/v0.2"}');
  const noConfig = Buffer.from('{"architecture":"unknown"}');
  const attached = Buffer.from(
    JSON.stringify({ config: descriptor(noConfig), layers: [descriptor(statement)] }),
  );
  const inner = Buffer.from(
    JSON.stringify({ manifests: [descriptor(attached), descriptor(manifest)] }),
  );
  const all = new Map(
    [...blobs, config, manifest, statement, noConfig, attached, inner].map((blob) => [
      `blobs/sha256/${digest(blob)}`,
      blob,
    ]),
  );
  return archive([
    { name: 'blobs', type: 'directory' },
    ...[...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]): Entry => ({ name, text })),
    { name: 'index.json', text: JSON.stringify({ manifests: [descriptor(inner)] }) },
    { name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' },
  ]);
}

/** The bytes in pieces of a size, as they come from an engine. */
export async function* inPieces(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
