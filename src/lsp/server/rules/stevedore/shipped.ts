import type { Dockerfile } from '../../model/dockerfile.ts';

/** The stages whose layers reach people, by their index: the last one, and those that another stage starts from. */
export function shippedStages(file: Dockerfile): ReadonlySet<number> {
  const { stages } = file.tree;
  return new Set([
    stages.length - 1,
    ...stages.flatMap((stage) => file.baseOf(stage)?.index ?? []),
  ]);
}
