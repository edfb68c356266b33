/**
 * What the two sides of the layer explorer say to each other. Rows of the tree are asked for by their places, which mean something
 * in one generation of rows only; `node` is a path's number for as long as the panel is open. Sizes are bytes. All texts may
 * be hostile: they are shown as text and as nothing else.
 */

export type LayerMark = 'same' | 'added' | 'changed' | 'deleted';
export type LayerFileKind = 'file' | 'directory' | 'symlink' | 'link' | 'other';

/** One layer. */
export interface LayerHead {
  /** The instruction in one line; empty where nothing says it. */
  readonly instruction: string;
  /** What else the history says of it; empty for most. */
  readonly comment: string;
  readonly size: number;
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
  /** Its instruction can be shown in the Dockerfile. */
  readonly linked?: true;
}

export interface LayersView {
  /** Number of the layer that the tree ends with. */
  readonly layer: number;
  readonly sort: 'size' | 'name';
  readonly changesOnly: boolean;
  readonly filter: string;
}

/** How the image stands. */
export interface LayersHead {
  readonly opened: LayersOpened;
  /** `waiting` was never begun, or was cancelled. */
  readonly state: 'waiting' | 'reading' | 'ready' | 'failed';
  /** Bytes of the export that have come, and about how many there will be; 0 where that isn't known. */
  readonly read: number;
  readonly expected: number;
  /** Why it failed, in a sentence. */
  readonly problem?: string;
  readonly layers: readonly LayerHead[];
  readonly view: LayersView;
  /** Goes up with each other set of rows. */
  readonly generation: number;
  readonly rows: number;
  /** Place of the row that was to stay in sight, where it is still there. */
  readonly at?: number;
  /** Of what a container sees: bytes and files. */
  readonly size: number;
  readonly files: number;
  /** As dive counts: 0 to 1, and bytes. */
  readonly efficiency: number;
  readonly wasted: number;
}

/** A row of the tree. */
export interface LayerRow {
  readonly node: number;
  readonly name: string;
  /** 1 at the top. */
  readonly depth: number;
  readonly kind: LayerFileKind;
  /** Of a directory all that is below it. */
  readonly size: number;
  /** Of the size of the directory around it, 0 to 1. */
  readonly part: number;
  readonly mark: LayerMark;
  /** `rwxr-xr-x`; empty where nothing says it. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly link?: string;
  readonly unfolded?: boolean;
  /** Files in it that the layer added, changed or deleted. */
  readonly changes?: number;
}

/** A path that takes room without need. */
export interface WastedRow {
  readonly node: number;
  readonly path: string;
  readonly size: number;
  /** Numbers of the layers that it is in, or is deleted in. */
  readonly layers: readonly number[];
  readonly deleted?: true;
  /** Its content is the same in all of them. */
  readonly same?: true;
}

export interface DuplicateRow {
  readonly size: number;
  readonly files: readonly { readonly node: number; readonly path: string }[];
  /** Those that aren't named. */
  readonly more: number;
}

export interface PackageRow {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  /** Empty where its database says none. */
  readonly arch: string;
  /** Bytes, where its database says them. */
  readonly size?: number;
  readonly layer: number;
  readonly node: number;
}

/** A file that tells of packages and could not be read, or not all of it. */
export interface UnreadRow {
  readonly node: number;
  readonly layer: number;
  readonly path: string;
  /** A sentence about it. */
  readonly problem: string;
}

/** A box of the map. */
export interface MapItem {
  /** -1 for what is too small to be named. */
  readonly node: number;
  readonly name: string;
  readonly size: number;
  readonly folder: boolean;
  readonly items?: readonly MapItem[];
}

/** What the engine says of the image, for the first look. */
export interface ImageFactsRow {
  readonly title: string;
  readonly values: readonly { readonly name?: string; readonly text: string }[];
}

export interface HistoryRow {
  readonly instruction: string;
  /** ISO 8601; empty where it isn't known. */
  readonly created: string;
  readonly size: number;
  readonly layer?: number;
}

/** A weakness of a package. */
export interface FindingRow {
  readonly id: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low' | 'unknown';
  readonly package: string;
  readonly version: string;
  readonly fixed: string;
  readonly title: string;
  readonly layer?: number;
}

/** What the extension tells the webview. */
export type ToLayers =
  | { readonly type: 'head'; readonly head: LayersHead }
  | {
      readonly type: 'rows';
      readonly generation: number;
      readonly from: number;
      readonly rows: readonly LayerRow[];
    }
  | {
      readonly type: 'wasted';
      readonly paths: readonly WastedRow[];
      readonly folders: readonly WastedRow[];
      readonly duplicates: readonly DuplicateRow[];
      /** How many there are of each in all. */
      readonly totals: {
        readonly paths: number;
        readonly folders: number;
        readonly duplicates: number;
      };
      /** Bytes of all the directories. */
      readonly folderBytes: number;
    }
  | {
      readonly type: 'packages';
      readonly packages: readonly PackageRow[];
      readonly total: number;
      readonly unread: readonly UnreadRow[];
    }
  | {
      readonly type: 'map';
      /** From the root to the directory that is shown. */
      readonly trail: readonly { readonly node: number; readonly name: string }[];
      readonly size: number;
      readonly items: readonly MapItem[];
    }
  | {
      readonly type: 'facts';
      readonly facts: readonly ImageFactsRow[];
      readonly history: readonly HistoryRow[];
    }
  | {
      readonly type: 'findings';
      /** Programs are run in trusted workspaces only. */
      readonly trusted: boolean;
      /** Programs that are installed. */
      readonly scanners: readonly string[];
      readonly running: boolean;
      /** The one that looks, or has looked last. */
      readonly by?: string;
      readonly problem?: string;
      readonly findings: readonly FindingRow[];
      readonly total: number;
    }
  /** Shows a row of the tree. */
  | { readonly type: 'reveal'; readonly place: number }
  /** What came of something that was asked for, in one sentence. */
  | { readonly type: 'said'; readonly text: string };

/** What the webview asks of the extension. */
export type FromLayers =
  | { readonly type: 'ready' | 'read' | 'cancel' | 'dockerfile' | 'compare' | 'trust' }
  | { readonly type: 'wasted' | 'packages' | 'facts' | 'findings' | 'stop' }
  | { readonly type: 'scan'; readonly scanner: string }
  | { readonly type: 'view'; readonly view: LayersView; readonly keep?: number }
  | {
      readonly type: 'rows';
      readonly generation: number;
      readonly from: number;
      readonly to: number;
    }
  /** Unfolds a directory, or folds it. */
  | { readonly type: 'toggle'; readonly node: number }
  /** Opens a file of the image, or shows where a layer's instruction stands, or what is in a directory as a map. */
  | { readonly type: 'open' | 'map'; readonly node: number }
  | { readonly type: 'instruction'; readonly layer: number }
  /** Unfolds what is around a path and shows it, as it is after a layer. */
  | { readonly type: 'reveal'; readonly node: number; readonly layer: number };

/** What a panel was opened on. */
export interface LayersOpened {
  /** `sha256:…` */
  readonly id: string;
  /** What it is called. */
  readonly name: string;
}

export const LAYER_TABS = ['files', 'wasted', 'map', 'packages', 'weaknesses', 'about'] as const;
export type LayersTab = (typeof LAYER_TABS)[number];

/** What VS Code keeps for the webview while it is hidden, and over a restart. */
export interface LayersMemory {
  readonly opened: LayersOpened;
  readonly tab: LayersTab;
  /** Place of the row that the keyboard is at, and how far the tree is scrolled. */
  readonly current: number;
  readonly top: number;
  /** The directory that the map shows. */
  readonly folder: number;
}

const LONGEST_TEXT = 10_000;
const MOST = 10_000;

/** A message that came from the webview; undefined for anything else. */
export function readFromLayers(message: unknown): FromLayers | undefined {
  if (!isRecord(message)) return undefined;
  const { type, node, layer, from, to, generation, keep } = message;
  switch (type) {
    case 'ready':
    case 'read':
    case 'cancel':
    case 'dockerfile':
    case 'compare':
    case 'trust':
    case 'wasted':
    case 'packages':
    case 'facts':
    case 'findings':
    case 'stop':
      return { type };
    case 'scan':
      return isText(message['scanner']) ? { type, scanner: message['scanner'] } : undefined;
    case 'view': {
      const view = readView(message['view']);
      return view && { type, view, ...(isNumber(keep) && { keep }) };
    }
    case 'rows':
      return isNumber(generation) && isNumber(from) && isNumber(to) && to - from <= MOST
        ? { type, generation, from, to }
        : undefined;
    case 'toggle':
    case 'open':
    case 'map':
      return isNumber(node) ? { type, node } : undefined;
    case 'instruction':
      return isNumber(layer) ? { type, layer } : undefined;
    case 'reveal':
      return isNumber(node) && isNumber(layer) ? { type, node, layer } : undefined;
    default:
      return undefined;
  }
}

function readView(value: unknown): LayersView | undefined {
  if (!isRecord(value)) return undefined;
  const { layer, sort, changesOnly, filter } = value;
  if (!isNumber(layer) || !isText(filter)) return undefined;
  return {
    layer,
    sort: sort === 'name' ? 'name' : 'size',
    changesOnly: changesOnly === true,
    filter,
  };
}

/** What was remembered; undefined when it is of another shape, as an older version may have left it. */
export function readLayersMemory(value: unknown): LayersMemory | undefined {
  if (!isRecord(value) || !isRecord(value['opened'])) return undefined;
  const { id, name } = value['opened'];
  if (!isText(id) || !isText(name)) return undefined;
  const number = (field: string) => (isNumber(value[field]) ? value[field] : 0);
  return {
    opened: { id, name },
    tab: LAYER_TABS.find((tab) => tab === value['tab']) ?? 'files',
    current: number('current'),
    top: number('top'),
    folder: number('folder'),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
