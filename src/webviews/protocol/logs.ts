/**
 * What the log viewer's two sides say to each other. Lines are asked for by their places, which count from the first line
 * that there ever was among those that the filter lets through; `id` is a line's number among all. Times are milliseconds
 * since the epoch. All texts may be hostile: they are shown as text and as nothing else.
 */

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** How the time of a line is shown. */
export const LOG_TIMES = ['local', 'utc', 'relative', 'off'] as const;
export type LogTimes = (typeof LOG_TIMES)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export interface LogRow {
  readonly id: number;
  /** 0 when it isn't known. */
  readonly at: number;
  /** Number of its container. */
  readonly source: number;
  /** Of escape sequences only those that colour are left (SGR); cut after some thousand characters. */
  readonly text: string;
  readonly stderr?: true;
  /** Not written by the container: something that happened to it. */
  readonly mark?: 'note' | 'bad';
  readonly level?: LogLevel;
  /** The line is an object of JSON. */
  readonly json?: true;
  /** There is more of it to be asked for. */
  readonly more?: true;
  /** Bytes of it that are not kept. */
  readonly cut?: number;
  /** Where what is searched for stands: from and to, in characters without the sequences. */
  readonly hits?: readonly (readonly [number, number])[];
}

export interface LogSourceHead {
  readonly name: string;
  readonly state: 'reading' | 'waiting' | 'ended';
}

export interface LogQuery {
  readonly text: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

export interface LogFilter {
  readonly include: LogQuery;
  readonly exclude: LogQuery;
  readonly level?: LogLevel;
  readonly stream?: 'stdout' | 'stderr';
  /** Names of the containers that aren't shown: their numbers are others after a restart. */
  readonly hidden: readonly string[];
}

/** What a viewer was opened on. */
export interface LogOpened {
  readonly containers?: readonly { readonly id: string; readonly name: string }[];
  readonly label?: string;
  /** Lines from the end; 0 for all. */
  readonly tail: number;
  /** Seconds since the epoch. */
  readonly since?: string;
  readonly follow: boolean;
}

/** How the lines stand. */
export interface LogHead {
  /** Of these lines: ids and places mean nothing in another's. */
  readonly book: string;
  readonly opened: LogOpened;
  /** Goes up with each other filter: places of an earlier one mean nothing any more. */
  readonly generation: number;
  readonly filter: LogFilter;
  /** What is wrong with the filter's expressions. */
  readonly problems: { readonly include?: string; readonly exclude?: string };
  /** Place of the oldest line, and the place behind the last. */
  readonly first: number;
  readonly end: number;
  /** Whether all lines have been looked at. */
  readonly complete: boolean;
  /** Lines that are held, whether they are shown or not, and that have been dropped for want of room. */
  readonly held: number;
  readonly dropped: number;
  readonly sources: readonly LogSourceHead[];
  readonly times: LogTimes;
}

/** What the extension tells the webview. */
export type ToLogs =
  | { readonly type: 'head'; readonly head: LogHead }
  | {
      readonly type: 'rows';
      readonly generation: number;
      /** Of the request that is answered. */
      readonly request: number;
      readonly from: number;
      readonly rows: readonly LogRow[];
    }
  /** Where the next line is that was searched for; without a place there is none. */
  | {
      readonly type: 'found';
      readonly request: number;
      readonly generation: number;
      readonly place?: number;
      readonly id?: number;
      readonly wrapped?: boolean;
      readonly problem?: string;
    }
  /** How many lines there are in all that match. */
  | { readonly type: 'count'; readonly request: number; readonly count: number }
  /** Where the line is that was to stay in sight. */
  | { readonly type: 'go'; readonly generation: number; readonly place: number }
  /** All that is kept of a line. */
  | { readonly type: 'whole'; readonly id: number; readonly text: string }
  /** What came of something that was asked for, in one sentence. */
  | { readonly type: 'said'; readonly text: string };

/** What the webview asks of the extension. */
export type FromLogs =
  | { readonly type: 'ready' }
  | {
      readonly type: 'rows';
      readonly generation: number;
      readonly request: number;
      readonly from: number;
      readonly to: number;
    }
  /** Shows other lines; `keep` is the number of one that is to stay in sight, as far as it is shown. */
  | { readonly type: 'filter'; readonly filter: LogFilter; readonly keep?: number }
  /** Looks for the next line that matches, beginning with the line `from`; no text ends the search. */
  | {
      readonly type: 'find';
      readonly request: number;
      readonly query: LogQuery;
      readonly from: number;
      readonly back: boolean;
    }
  | { readonly type: 'whole'; readonly id: number }
  | {
      readonly type: 'open';
      readonly kind: 'url' | 'file';
      readonly text: string;
      readonly source: number;
    }
  /** Copies lines from one place to another, both included. */
  | {
      readonly type: 'copy';
      readonly generation: number;
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'save' | 'document' };

/** What VS Code keeps for the webview while it is hidden, and over a restart. */
export interface LogMemory {
  readonly opened: LogOpened;
  readonly book: string;
  readonly filter: LogFilter;
  readonly query: LogQuery;
  /** Place of the line at the top, and of which filter's lines; absent while the end is followed. */
  readonly top?: number;
  readonly generation: number;
  readonly times?: LogTimes;
  readonly wrap: boolean;
  readonly names: boolean;
  readonly filtering: boolean;
  /** Lines that are unfolded. */
  readonly unfolded: readonly number[];
}

/** Nothing searched for. */
export const NO_QUERY: LogQuery = { text: '', regex: false, caseSensitive: false };
export const NO_FILTER: LogFilter = { include: NO_QUERY, exclude: NO_QUERY, hidden: [] };

const LONGEST_TEXT = 10_000;
const MOST = 10_000;

type Raw = Readonly<Record<string, unknown>>;

/** A message that came from the webview; undefined for anything else. */
export function readFromLogs(message: unknown): FromLogs | undefined {
  if (!isRecord(message)) return undefined;
  const { type } = message;
  const number = (name: string) => {
    const value = message[name];
    return isNumber(value) ? value : -1;
  };
  const [generation, request, from, to] = ['generation', 'request', 'from', 'to'].map(number) as [
    number,
    number,
    number,
    number,
  ];
  switch (type) {
    case 'ready':
    case 'save':
    case 'document':
      return { type };
    case 'rows':
      return from < 0 || to < from || to - from > MOST
        ? undefined
        : { type, generation, request, from, to };
    case 'copy':
      return from < 0 || to < from ? undefined : { type, generation, from, to };
    case 'filter': {
      const filter = readLogFilter(message['filter']);
      const keep = number('keep');
      return filter && { type, filter, ...(keep >= 0 && { keep }) };
    }
    case 'find': {
      const query = readQuery(message['query']);
      return query && { type, request, query, from, back: message['back'] === true };
    }
    case 'whole':
      return number('id') < 0 ? undefined : { type, id: number('id') };
    case 'open': {
      const { kind, text } = message;
      if ((kind !== 'url' && kind !== 'file') || !isText(text) || number('source') < 0)
        return undefined;
      return { type, kind, text, source: number('source') };
    }
    default:
      return undefined;
  }
}

function readQuery(value: unknown): LogQuery | undefined {
  if (!isRecord(value) || !isText(value['text'])) return undefined;
  return {
    text: value['text'],
    regex: value['regex'] === true,
    caseSensitive: value['caseSensitive'] === true,
  };
}

function readLogFilter(value: unknown): LogFilter | undefined {
  if (!isRecord(value)) return undefined;
  const include = readQuery(value['include']);
  const exclude = readQuery(value['exclude']);
  const { level, stream, hidden } = value;
  if (!include || !exclude) return undefined;
  const known = LOG_LEVELS.find((one) => one === level);
  return {
    include,
    exclude,
    ...(known && { level: known }),
    ...((stream === 'stdout' || stream === 'stderr') && { stream }),
    hidden: Array.isArray(hidden) ? hidden.filter(isText).slice(0, MOST) : [],
  };
}

function readOpened(value: unknown): LogOpened | undefined {
  if (!isRecord(value)) return undefined;
  const { containers, label, since, tail, follow } = value;
  const start = {
    tail: isNumber(tail) ? tail : 1000,
    follow: follow !== false,
    ...(isText(since) && /^\d+(\.\d+)?$/.test(since) && { since }),
  };
  if (isText(label) && label !== '') return { ...start, label };
  if (!Array.isArray(containers) || containers.length === 0) return undefined;
  const known = (containers as unknown[]).flatMap((one) =>
    isRecord(one) && isText(one['id']) && isText(one['name'])
      ? [{ id: one['id'], name: one['name'] }]
      : [],
  );
  return known.length === containers.length ? { ...start, containers: known } : undefined;
}

/** What was remembered; undefined when it is of another shape, as an older version may have left it. */
export function readLogMemory(value: unknown): LogMemory | undefined {
  if (!isRecord(value)) return undefined;
  const opened = readOpened(value['opened']);
  if (!opened) return undefined;
  const { top, unfolded, book, generation } = value;
  const times = LOG_TIMES.find((one) => one === value['times']);
  return {
    opened,
    book: isText(book) ? book : '',
    filter: readLogFilter(value['filter']) ?? NO_FILTER,
    query: readQuery(value['query']) ?? NO_QUERY,
    ...(isNumber(top) && { top }),
    generation: isNumber(generation) ? generation : 0,
    ...(times && { times }),
    wrap: value['wrap'] === true,
    names: value['names'] !== false,
    filtering: value['filtering'] === true,
    unfolded: Array.isArray(unfolded) ? unfolded.filter(isNumber).slice(0, MOST) : [],
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
