import type { Analysis } from '../engine/layers/analyse.ts';
import { instructionText } from '../engine/layers/createdBy.ts';
import { installedPackages, unreadPackages } from '../engine/layers/installed.ts';
import { TYPES } from '../engine/layers/layerFiles.ts';
import type { ReadImage } from '../engine/layers/manifest.ts';
import { MARKS } from '../engine/layers/stack.ts';
import type { SizedStack } from '../engine/layers/stack.ts';
import type { WastedPath } from '../engine/layers/wasted.ts';
import { oneLine } from '../util/format.ts';
import { modeText } from '../util/modeText.ts';
import type {
  HistoryRow,
  LayerHead,
  LayerRow,
  MapItem,
  ToLayers,
  WastedRow,
} from '../webviews/protocol/layers.ts';

/** So many of each list are told; the rest is counted. */
const MOST_LISTED = 300;
const MOST_PACKAGES = 3000;
/** Boxes of the map, and boxes within one. */
const MOST_BOXES = 80;
const MOST_INNER = 30;

/** The layers as the page lists them. `linked` says which have a place in a Dockerfile. */
export function layerHeads({ image, waste }: Analysis, linked: ReadonlySet<number>): LayerHead[] {
  return image.layers.map(({ createdBy, files }, index) => ({
    instruction: oneLine(instructionText(createdBy)).slice(0, 1000),
    comment: oneLine(commentOf(image, index)).slice(0, 300),
    size: files.bytes,
    ...(waste.counts[index] ?? { added: 0, changed: 0, deleted: 0 }),
    ...(linked.has(index) && { linked: true }),
  }));
}

/** What stands in the history beside an instruction: all there is of a layer that was imported. */
function commentOf({ history }: ReadImage, index: number): string {
  return history.find(({ layer }) => layer === index)?.comment ?? '';
}

/** A row of the tree. */
export function layerRow(
  { tree, layers }: ReadImage,
  stack: SizedStack,
  node: number,
  depth: number,
  unfolded: boolean,
): LayerRow {
  const files = layers[stack.layer[node] ?? -1]?.files;
  const entry = stack.entry[node] ?? -1;
  const isFolder = stack.isDirectory(node);
  const size = stack.size[node] ?? 0;
  const around = stack.size[Math.max(tree.parent(node), 0)] ?? 0;
  const mark = MARKS[stack.mark[node] ?? 0] ?? 'same';
  const link = files?.links.get(entry);
  const changes = stack.changes[node] ?? 0;
  return {
    node,
    name: oneLine(tree.name(node)),
    depth,
    kind: isFolder ? 'directory' : (TYPES[files?.type[entry] ?? 0] ?? 'other'),
    size,
    part: around > 0 ? Math.min(size / around, 1) : 0,
    mark,
    mode: entry < 0 ? '' : modeText(files?.mode[entry] ?? 0),
    uid: files?.uid[entry] ?? 0,
    gid: files?.gid[entry] ?? 0,
    ...(link !== undefined && { link: oneLine(link) }),
    ...(isFolder && { unfolded }),
    ...(isFolder && mark === 'same' && changes > 0 && { changes }),
  };
}

/** What is wasted, as the page lists it. */
export function wastedMessage({ image, waste, duplicates }: Analysis): ToLayers {
  const { tree } = image;
  const path = (node: number) => oneLine(tree.path(node));
  const row = ({ node, bytes, layers, deleted, same }: WastedPath): WastedRow => ({
    node,
    path: path(node),
    size: bytes,
    layers,
    ...(deleted && { deleted }),
    ...(same && { same }),
  });
  return {
    type: 'wasted',
    paths: waste.paths.slice(0, MOST_LISTED).map(row),
    folders: waste.folders.slice(0, MOST_LISTED).map(row),
    duplicates: duplicates.slice(0, MOST_LISTED).map(({ size, nodes }) => ({
      size,
      files: nodes.slice(0, 8).map((node) => ({ node, path: path(node) })),
      more: Math.max(nodes.length - 8, 0),
    })),
    totals: {
      paths: waste.paths.length,
      folders: waste.folders.length,
      duplicates: duplicates.length,
    },
    folderBytes: waste.folders.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** The packages that are there on a stack. */
export function packagesMessage(image: ReadImage, stack: SizedStack): ToLayers {
  const found = installedPackages(image, stack);
  return {
    type: 'packages',
    packages: found
      .slice(0, MOST_PACKAGES)
      .map(({ kind, name, version, arch = '', size, layer, node }) => ({
        kind,
        name: oneLine(name),
        version: oneLine(version),
        arch: oneLine(arch),
        ...(size === undefined ? {} : { size }),
        layer,
        node,
      })),
    total: found.length,
    unread: unreadPackages(image, stack).map(({ node, layer, problem }) => ({
      node,
      layer,
      path: oneLine(image.tree.path(node)),
      problem,
    })),
  };
}

/** What is in a directory as boxes, and what is in those. A path that is no directory stands for the root. */
export function mapMessage({ tree }: ReadImage, stack: SizedStack, wanted: number): ToLayers {
  const isShown = stack.present[wanted] === 1 && stack.isDirectory(wanted);
  const folder = isShown ? wanted : 0;
  const trail: { node: number; name: string }[] = [];
  for (let node = folder; node >= 0; node = tree.parent(node))
    trail.unshift({ node, name: node === 0 ? '/' : oneLine(tree.name(node)) });
  const items = (node: number, most: number, deeper: boolean): MapItem[] => {
    const children = [...tree.children(node)]
      .filter((child) => stack.present[child] === 1 && (stack.size[child] ?? 0) > 0)
      .sort((a, b) => (stack.size[b] ?? 0) - (stack.size[a] ?? 0));
    const named = children.slice(0, most).map((child): MapItem => {
      const isFolder = stack.isDirectory(child);
      return {
        node: child,
        name: oneLine(tree.name(child)),
        size: stack.size[child] ?? 0,
        folder: isFolder,
        ...(isFolder && deeper && { items: items(child, MOST_INNER, false) }),
      };
    });
    const rest = children.slice(most);
    const size = rest.reduce((sum, child) => sum + (stack.size[child] ?? 0), 0);
    return rest.length === 0
      ? named
      : [...named, { node: -1, name: `${rest.length} more`, size, folder: false }];
  };
  return {
    type: 'map',
    trail,
    size: stack.size[folder] ?? 0,
    items: items(folder, MOST_BOXES, true),
  };
}

/** The history from the first instruction to the last. */
export function historyRows({ history, layers }: ReadImage): HistoryRow[] {
  return history.map(({ createdBy, comment, created, layer }) => ({
    instruction: oneLine(instructionText(createdBy) || comment).slice(0, 2000),
    created,
    size: layer === undefined ? 0 : (layers[layer]?.files.bytes ?? 0),
    ...(layer !== undefined && { layer }),
  }));
}
