import type { Dockerfile } from '../../model/dockerfile.ts';

/** The stages whose layers reach people, by their index: the last one, and those that it starts from. */
export function shippedStages(file: Dockerfile): ReadonlySet<number> {
  const last = file.tree.stages.at(-1);
  return new Set(last ? file.chain(last).map(({ index }) => index) : []);
}
