/**
 * What the two sides of the Stats panel say to each other. Times are seconds since the epoch, by the engine's clock; sizes
 * are bytes, and flows bytes a second; CPU is percent of one core. All texts may be hostile: they are shown as text and as
 * nothing else.
 */

/** Bytes by the network and of block devices. */
export interface StatsFlow {
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
}

export const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'] as const;

/** A container of the table. What isn't known yet is absent. */
export interface StatsRow {
  readonly id: string;
  readonly name: string;
  readonly project?: string;
  readonly state: 'running' | 'paused' | 'restarting';
  readonly health: (typeof HEALTHS)[number];
  readonly restarts?: number;
  readonly cpu?: number;
  readonly memory?: number;
  /** Of memory: its own, or all that the machine has. */
  readonly limit?: number;
  readonly rates?: StatsFlow;
  /** Since it was started. */
  readonly totals?: StatsFlow;
  readonly pids?: number;
  /** What is the matter with it, to be put behind its name. */
  readonly alerts: readonly string[];
  readonly muted?: true;
  /** Why there are no figures. */
  readonly problem?: string;
}

/** Of what the charts are. */
export type StatsChosen =
  | { readonly kind: 'all' }
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'container'; readonly id: string; readonly name: string };

export const CHARTS = ['cpu', 'memory', 'network', 'blocks'] as const;
export type ChartId = (typeof CHARTS)[number];

/** One line of a chart. */
export interface StatsColumn {
  readonly chart: ChartId;
  readonly name: string;
  /** For each second; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

/** The charts' lines, or what is new of them. */
export interface StatsPlot {
  /** The second of the first values. What the page has from there on is replaced, earlier ones stay. */
  readonly from: number;
  /** Nothing of what the page has counts any more. */
  readonly whole: boolean;
  readonly columns: readonly StatsColumn[];
  /** Of memory, of a container that has one. */
  readonly limit?: number;
}

/** What the extension tells the webview. */
export type ToStats =
  | {
      readonly type: 'now';
      /** Why nothing is new, if so: that the engine is away. */
      readonly away?: string;
      readonly rows: readonly StatsRow[];
      readonly chosen: StatsChosen;
      /** What became of the container that is chosen, when it isn't in the table. */
      readonly gone?: string;
      readonly plot?: StatsPlot;
    }
  | {
      readonly type: 'processes';
      /** Id of the container. */
      readonly of: string;
      readonly titles: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** How many there are, of which `rows` may be the first. */
      readonly count: number;
      readonly problem?: string;
    };

/** What the webview asks of the extension. */
export type FromStats =
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly chosen: StatsChosen }
  /** Reads the processes of the container that is chosen. */
  | { readonly type: 'processes' }
  | { readonly type: 'logs' | 'limits'; readonly id: string }
  | { readonly type: 'mute'; readonly name: string; readonly muted: boolean };

export const COLUMNS = [
  'name',
  'cpu',
  'memory',
  'network',
  'blocks',
  'pids',
  'restarts',
  'health',
] as const;
export type ColumnId = (typeof COLUMNS)[number];

export interface StatsSort {
  readonly by: ColumnId;
  readonly down: boolean;
}

/** What VS Code keeps for the webview while it is hidden, and over a restart. */
export interface StatsMemory {
  readonly chosen: StatsChosen;
  readonly sort: StatsSort;
  readonly filter: string;
}

export const ALL: StatsChosen = { kind: 'all' };
export const FRESH_STATS: StatsMemory = {
  chosen: ALL,
  sort: { by: 'cpu', down: true },
  filter: '',
};

/** The last fifteen minutes are shown. */
export const SPAN_SECONDS = 900;
const LONGEST_TEXT = 10_000;

/** A message that came from the webview; undefined for anything else. */
export function readFromStats(message: unknown): FromStats | undefined {
  if (!isRecord(message)) return undefined;
  const { type, id, name, muted } = message;
  switch (type) {
    case 'ready':
    case 'processes':
      return { type };
    case 'choose': {
      const chosen = readChosen(message['chosen']);
      return chosen && { type, chosen };
    }
    case 'logs':
    case 'limits':
      return isText(id) ? { type, id } : undefined;
    case 'mute':
      return isText(name) ? { type, name, muted: muted === true } : undefined;
    default:
      return undefined;
  }
}

function readChosen(value: unknown): StatsChosen | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, id, name } = value;
  if (kind === 'all') return { kind };
  if (kind === 'project' && isText(name)) return { kind, name };
  if (kind === 'container' && isText(id) && isText(name)) return { kind, id, name };
  return undefined;
}

/** What was remembered; as it is at first where it is of another shape, as an older version may have left it. */
export function readStatsMemory(value: unknown): StatsMemory {
  if (!isRecord(value)) return FRESH_STATS;
  const { sort, filter } = value;
  const by = isRecord(sort) ? COLUMNS.find((one) => one === sort['by']) : undefined;
  return {
    chosen: readChosen(value['chosen']) ?? ALL,
    sort: by && isRecord(sort) ? { by, down: sort['down'] === true } : FRESH_STATS.sort,
    filter: isText(filter) ? filter : '',
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
