import { readFields } from './mapping/reader.ts';

/** dockerode's option for a signal, absent when there is none. */
export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

/** Whether a version is that of two numbers or a later one, whatever follows these in it. */
export function isVersionAtLeast(version: string, major: number, minor: number): boolean {
  const [its = 0, minors = 0] = version.split('.').map(Number);
  return its > major || (its === major && minors >= minor);
}

/** Whether an engine speaks version 1.`minor` of its API, or a later one. */
export const isAtLeast = (apiVersion: string, minor: number): boolean =>
  isVersionAtLeast(apiVersion, 1, minor);

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
