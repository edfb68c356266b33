/**
 * What the Timeline's two sides say to each other. Times are milliseconds since the epoch by the engine's clock, sizes
 * are bytes, lines count from 1. All texts may be hostile: they are shown as text and as nothing else.
 */

export type TimelineState = 'running' | 'completed' | 'failed' | 'cancelled';

export type TimelineStepState =
  | 'waiting'
  | 'running'
  | 'cached'
  | 'completed'
  | 'failed'
  | 'cancelled';

export interface TimelineStep {
  readonly id: string;
  /** `RUN make`: as the engine words it, cut after a few thousand characters. */
  readonly instruction: string;
  readonly state: TimelineStepState;
  readonly started?: number;
  readonly ended?: number;
  /** Milliseconds that it ran in all, which can be less than lie between its start and its end. */
  readonly duration: number;
  /** While it runs: since when, which `duration` doesn't count. */
  readonly since?: number;
  /** What it pulled, pushed or received so far. */
  readonly bytes: number;
  /** How much it has written: what is shown of its log is asked for anew when this grows. */
  readonly logBytes: number;
  readonly error?: string;
  /** `2` of `[build 2/5]`, and `5` of it. */
  readonly index?: number;
  readonly total?: number;
  readonly platform?: string;
  readonly lines?: readonly [number, number];
}

/** A sentence on what makes the build slow, and the step that it speaks of. */
export interface Advice {
  readonly text: string;
  readonly step?: string;
}

/** Steps that belong together: a stage's, or those before or after all stages. */
export interface TimelineLane {
  /** The same in the next build of the same Dockerfile: what is folded is known by it. */
  readonly key: string;
  readonly name: string;
  /** Ids of its steps, in the order in which they are shown. */
  readonly steps: readonly string[];
}

export interface TimelineHead {
  readonly id: string;
  /** What the build is called: its tag, or its Dockerfile. */
  readonly name: string;
  /** File name of the Dockerfile. */
  readonly dockerfile: string;
  readonly state: TimelineState;
  readonly started: number;
  readonly ended?: number;
  /** From top to bottom. */
  readonly lanes: readonly TimelineLane[];
  /** Ids of the steps that the build's end waited for, first to last. */
  readonly critical: readonly string[];
  /** What to fix first, the most rewarding first. */
  readonly advice: readonly Advice[];
  /** So little time went by that none is worth saving. */
  readonly quick?: true;
  readonly failure?: string;
  /** Why its steps can't be read. */
  readonly problem?: string;
  /** Somebody else's, which can neither be cancelled nor run again. */
  readonly elsewhere?: true;
}

/** What the extension tells the webview. */
export type ToTimeline =
  /** The whole build: first of all, and whenever steps have gone or changed places. */
  | {
      readonly type: 'build';
      /** The engine's present time, as well as it is known. */
      readonly now: number;
      readonly head: TimelineHead;
      readonly steps: readonly TimelineStep[];
    }
  /** What changed since: steps by their id, new ones at the end. */
  | {
      readonly type: 'change';
      readonly now: number;
      readonly head?: TimelineHead;
      readonly steps: readonly TimelineStep[];
    }
  /** The last lines that a step has written. */
  | { readonly type: 'log'; readonly step: string; readonly text: string }
  /** Nothing is known of this build any more. */
  | { readonly type: 'gone' };

/** What the webview asks of the extension. */
export type FromTimeline =
  | { readonly type: 'ready' }
  | { readonly type: 'log' | 'open'; readonly step: string }
  | { readonly type: 'cancel' | 'rerun' };

/** What VS Code keeps for the webview while it is hidden, and over a restart. */
export interface TimelineMemory {
  readonly build: string;
  /** 1 shows the whole build. */
  readonly zoom: number;
  readonly left: number;
  readonly top: number;
  /** Keys of the stages whose steps are folded away. */
  readonly folded: readonly string[];
  /** Key of the row that has the keyboard's focus. */
  readonly row?: string;
  readonly adviceFolded?: boolean;
}

/** A message that came from the webview; undefined for anything else. */
export function readFromTimeline(message: unknown): FromTimeline | undefined {
  if (!isRecord(message)) return undefined;
  const { type, step } = message;
  if (type === 'ready' || type === 'cancel' || type === 'rerun') return { type };
  if ((type === 'log' || type === 'open') && isText(step)) return { type, step };
  return undefined;
}

/** What was remembered; undefined when it is of another shape, as an older version may have left it. */
export function readTimelineMemory(value: unknown): TimelineMemory | undefined {
  if (!isRecord(value) || !isText(value['build'])) return undefined;
  const number = (name: string, least: number): number => {
    const found = value[name];
    return typeof found === 'number' && Number.isFinite(found) ? Math.max(found, least) : least;
  };
  const folded = value['folded'];
  return {
    build: value['build'],
    zoom: number('zoom', 1),
    left: number('left', 0),
    top: number('top', 0),
    folded: Array.isArray(folded) ? folded.filter(isText) : [],
    ...(isText(value['row']) && { row: value['row'] }),
    ...(value['adviceFolded'] === true && { adviceFolded: true }),
  };
}

const LONGEST_ID = 1000;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_ID;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
