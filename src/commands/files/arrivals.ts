import type { FilePath } from '../../engine/containerFiles/service.ts';

/** Something to be brought to a folder, and how. */
export interface Arrival {
  /** What it is called there; empty for what stays where it is. */
  readonly name: string;
  /** Where it comes from, for the person to read. */
  readonly from: string;
  /** Whether it takes the place of a file by itself, whole or not at all. */
  replacesFile(): Promise<boolean>;
  /** Resolves with what could not be brought. */
  bring(to: FilePath): Promise<readonly string[]>;
}

/** The first two that would be called the same, of which one would be lost; undefined when there are none. */
export function namesakes<A extends Pick<Arrival, 'name'>>(
  arrivals: readonly A[],
): readonly [A, A] | undefined {
  const known = new Map<string, A>();
  for (const arrival of arrivals) {
    const other = known.get(arrival.name);
    if (other) return [other, arrival];
    known.set(arrival.name, arrival);
  }
  return undefined;
}
