import { readFields } from './mapping/reader.ts';

/** dockerode's option for a signal, absent when there is none. */
export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

/** Whether an engine speaks version 1.`minor` of its API, or a later one. */
export function isAtLeast(apiVersion: string, minor: number): boolean {
  const [major = 0, given = 0] = apiVersion.split('.').map(Number);
  return major > 1 || given >= minor;
}

/** What a prune did. */
export interface Reclaimed {
  /** Ids, names or references of what was removed. */
  readonly removed: readonly string[];
  /** Bytes; 0 where the engine doesn't count them (networks). */
  readonly bytes: number;
}

/** Reads the answer of a prune call. `field` names the list in it; null means that there was nothing. */
export function reclaimedBy(answer: unknown, field: string): Reclaimed {
  const reader = readFields(answer);
  return { removed: reader.strings(field), bytes: reader.number('SpaceReclaimed') ?? 0 };
}
