import type { Build } from './model.ts';
import { isBuild } from './readBuild.ts';
import { lastLines } from './stepLog.ts';
import type { StepLog } from './stepLog.ts';

/** A build as it is kept. */
export interface PastBuild {
  readonly build: Build;
  /** The last lines of the steps that failed, by their ids. */
  readonly tails: Readonly<Record<string, readonly string[]>>;
}

export interface HistoryLimits {
  readonly builds: number;
  /** Length of what is stored, in characters of JSON. */
  readonly size: number;
}

export const HISTORY_LIMITS: HistoryLimits = { builds: 50, size: 2_000_000 };

/** Lines kept of a failed step, and characters of each. */
const TAIL = { lines: 50, length: 500 };
const VERSION = 1;

/** What is to be kept of a build that has ended. */
export function toPast(build: Build, logOf: (step: string) => StepLog): PastBuild {
  const failed = build.steps.filter(({ state }) => state === 'failed');
  return {
    build,
    tails: Object.fromEntries(
      failed.map(({ id }) => [
        id,
        lastLines(logOf(id), TAIL.lines).map((line) => line.slice(-TAIL.length)),
      ]),
    ),
  };
}

/** The history with a build added, or put in the place of the one with its id: newest first, no more than the limits say. */
export function addPast(
  history: readonly PastBuild[],
  past: PastBuild,
  limits: HistoryLimits = HISTORY_LIMITS,
): readonly PastBuild[] {
  return bounded([past, ...history.filter(({ build }) => build.id !== past.build.id)], limits);
}

function bounded(history: readonly PastBuild[], limits: HistoryLimits): readonly PastBuild[] {
  const newest = history.toSorted((a, b) => b.build.started - a.build.started);
  let size = 0;
  const kept: PastBuild[] = [];
  for (const past of newest.slice(0, limits.builds)) {
    size += JSON.stringify(past).length;
    if (size > limits.size) {
      // Of the last build at least the outline is kept, whatever it did.
      if (kept.length === 0) kept.push({ build: { ...past.build, steps: [] }, tails: {} });
      break;
    }
    kept.push(past);
  }
  return kept;
}

/**
 * The history as it is stored, a value for JSON. Of builds that run the outline is in it: should the window end before they
 * do, they are known to be of here all the same.
 */
export function storeHistory(
  history: readonly PastBuild[],
  running: readonly Build[] = [],
): unknown {
  const outlines = running.map((build) => ({
    build: { ...build, steps: [], warnings: [] },
    tails: {},
  }));
  return { version: VERSION, builds: [...outlines, ...history] };
}

export interface ReadHistory {
  readonly history: readonly PastBuild[];
  /** How many builds could not be read: another version's, or damaged. */
  readonly dropped: number;
}

/**
 * Reads what {@link storeHistory} made, from whatever version and in whatever state. What ran then was cancelled as the
 * window ended.
 */
export function readHistory(stored: unknown, limits: HistoryLimits = HISTORY_LIMITS): ReadHistory {
  if (stored === undefined || stored === null) return { history: [], dropped: 0 };
  const builds = isObject(stored) ? stored['builds'] : undefined;
  if (!Array.isArray(builds)) return { history: [], dropped: 1 };
  const good = builds.filter(isPast).map(ended);
  const once = new Map(good.toReversed().map((past) => [past.build.id, past]));
  return {
    history: bounded([...once.values()].toReversed(), limits),
    dropped: builds.length - good.length,
  };
}

function isPast(value: unknown): value is PastBuild {
  return (
    isObject(value) &&
    isBuild(value['build']) &&
    isObject(value['tails']) &&
    Object.values(value['tails']).every(
      (lines) => Array.isArray(lines) && lines.every((line) => typeof line === 'string'),
    )
  );
}

function ended(past: PastBuild): PastBuild {
  if (past.build.state !== 'running') return past;
  const { unanswered: _, ...build } = past.build;
  return { ...past, build: { ...build, state: 'cancelled', ended: build.started } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
