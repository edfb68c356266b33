import { posix } from 'node:path';
import { EngineError } from '../errors.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import type { Export } from './exportReader.ts';
import type { LayerFiles } from './layerFiles.ts';
import type { PathTree } from './paths.ts';

/** One layer with what made it. */
export interface ImageLayer {
  /** As the builder wrote it down; empty where nothing says it. */
  readonly createdBy: string;
  /** `sha256:…` of the unpacked layer; empty where it isn't known. */
  readonly diffId: string;
  readonly files: LayerFiles;
}

/** An entry of the history. */
export interface HistoryLine {
  readonly createdBy: string;
  /** ISO 8601; empty where it isn't known. */
  readonly created: string;
  readonly comment: string;
  /** Number of the layer that it made; undefined when it made none. */
  readonly layer: number | undefined;
}

/** An image as its export has it. */
export interface ReadImage {
  readonly tree: PathTree;
  /** From the base on. */
  readonly layers: readonly ImageLayer[];
  readonly history: readonly HistoryLine[];
  /** The image's configuration as it is in the export. */
  readonly config: Raw;
}

interface Described {
  readonly config: Raw;
  readonly layers: readonly string[];
}

/**
 * Finds the image of an export and its layers in their order.
 * @param diffIds of the image that is meant, from the engine: an export for several platforms holds more than one
 * @throws EngineError `dropped` when parts are missing, as they are in an export that was cut off
 */
export function imageOf(exported: Export, diffIds: readonly string[] = []): ReadImage {
  const described = [...fromManifests(exported), ...fromIndex(exported, 'index.json')];
  const wanted = JSON.stringify(diffIds);
  const isMeant = ({ config }: Described) => JSON.stringify(diffIdsOf(config)) === wanted;
  const isWhole = ({ layers }: Described) => layers.every((path) => layerAt(exported, path));
  const chosen = described.find(isMeant) ?? described.find(isWhole) ?? described[0];
  if (!chosen) throw cutOff('it does not say what is in it');
  const ids = diffIdsOf(chosen.config);
  const history = historyOf(chosen.config, chosen.layers.length);
  const layers = chosen.layers.map((path, index): ImageLayer => {
    const files = layerAt(exported, path);
    if (!files) throw cutOff(`layer ${index + 1} of ${chosen.layers.length} is missing`);
    const createdBy = history.find(({ layer }) => layer === index)?.createdBy ?? '';
    return { createdBy, diffId: ids[index] ?? '', files };
  });
  return { tree: exported.tree, layers, history, config: chosen.config };
}

const cutOff = (why: string) =>
  new EngineError('dropped', `The engine’s export of the image is not whole: ${why}.`);

/** `manifest.json`: of docker's and Podman's archives, and beside OCI's index since Docker 25. */
function fromManifests(exported: Export): Described[] {
  const list = exported.documents.get('manifest.json');
  if (!Array.isArray(list)) return [];
  return list.filter(isRaw).flatMap((raw): Described[] => {
    const reader = readFields(raw);
    const config = documentAt(exported, reader.text('Config'));
    return config ? [{ config, layers: reader.strings('Layers') }] : [];
  });
}

/** OCI's index, which may name indexes (image-spec, `image-layout.md`). */
function fromIndex(exported: Export, path: string, depth = 0): Described[] {
  const document = documentAt(exported, path);
  if (!document || depth > 4) return [];
  const reader = readFields(document);
  const layers = reader.objects('layers');
  const config = reader.object('config');
  if (config) {
    const known = documentAt(exported, blobOf(config));
    // What is attached to an image, such as its provenance, has a manifest of the same form.
    if (!known || !isRaw(known['rootfs'])) return [];
    return [{ config: known, layers: layers.map(blobOf) }];
  }
  return reader.objects('manifests').flatMap((one) => fromIndex(exported, blobOf(one), depth + 1));
}

const blobOf = (descriptor: Raw) =>
  `blobs/${readFields(descriptor).text('digest').replace(':', '/')}`;

function resolved({ links }: Export, path: string): string {
  let at = posix.normalize(path);
  for (let steps = 0; steps < 16; steps++) {
    const next = links.get(at);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function layerAt(exported: Export, path: string): LayerFiles | undefined {
  return exported.layers.get(resolved(exported, path));
}

function documentAt(exported: Export, path: string): Raw | undefined {
  const document = exported.documents.get(resolved(exported, path));
  return isRaw(document) ? document : undefined;
}

function diffIdsOf(config: Raw): readonly string[] {
  const rootfs = readFields(config).object('rootfs');
  return rootfs ? readFields(rootfs).strings('diff_ids') : [];
}

/**
 * The history with the layer that each entry made. Where there are fewer entries than layers, as for images that were put
 * together by hand, the last ones belong together.
 */
function historyOf(config: Raw, layers: number): HistoryLine[] {
  const lines = readFields(config)
    .objects('history')
    .map((raw) => readFields(raw));
  const made = lines.filter((line) => !line.flag('empty_layer')).length;
  let next = layers - made;
  return lines.map((line) => {
    const own = line.flag('empty_layer') ? undefined : next++;
    return {
      createdBy: line.text('created_by'),
      created: line.text('created'),
      comment: line.text('comment'),
      layer: own !== undefined && own >= 0 ? own : undefined,
    };
  });
}
