import type { Instruction, Stage, Tree } from '../parser/tree.ts';

/** A parsed Dockerfile with what rules and features ask of it; everything dear is worked out at the first call. */
export interface Dockerfile {
  readonly tree: Tree;
  /** Instructions of these names in order of the file, ONBUILD's triggers included. */
  all(...names: readonly string[]): readonly Instruction[];
  /** The stage that an instruction belongs to; undefined before the first FROM. */
  stageOf(instruction: Instruction): Stage | undefined;
  /** A stage and the stages it starts from, nearest first. */
  chain(stage: Stage): readonly Stage[];
}

/** Wraps a tree. Costs time linear in its instructions. */
export function createDockerfile(tree: Tree): Dockerfile {
  const byName = new Map<string, Instruction[]>();
  for (const outer of tree.instructions) {
    for (const instruction of outer.trigger ? [outer, outer.trigger] : [outer]) {
      const known = byName.get(instruction.name);
      if (known) known.push(instruction);
      else byName.set(instruction.name, [instruction]);
    }
  }
  return {
    tree,
    all: (...names) => {
      const [first = '', ...others] = names;
      if (others.length === 0) return byName.get(first) ?? [];
      return names
        .flatMap((name) => byName.get(name) ?? [])
        .sort((a, b) => a.keyword.start - b.keyword.start);
    },
    stageOf: ({ stage }) => tree.stages[stage],
    chain: (stage) => {
      const chain = [stage];
      // A base is an earlier stage, so this ends.
      for (let base = tree.stages[stage.base]; base; base = tree.stages[base.base])
        chain.push(base);
      return chain;
    },
  };
}
