import type { Instruction, Stage, Tree, Word } from '../parser/tree.ts';
import { expand } from './expand.ts';
import type { Expansion } from './expand.ts';
import { createScopes } from './scopes.ts';
import type { Scope, Scopes } from './scopes.ts';

/** A parsed Dockerfile with what rules and features ask of it; everything dear is worked out at the first call. */
export interface Dockerfile {
  readonly tree: Tree;
  /** Instructions of these names in order of the file, ONBUILD's triggers included. */
  all(...names: readonly string[]): readonly Instruction[];
  /** The stage that an instruction belongs to; undefined before the first FROM. */
  stageOf(instruction: Instruction): Stage | undefined;
  /** A stage and the stages it starts from, nearest first. */
  chain(stage: Stage): readonly Stage[];
  /** The stage that a stage starts from, variables replaced; undefined when that is an image. */
  baseOf(stage: Stage): Stage | undefined;
  /** The variables in effect before an instruction (at a FROM: those of the ARGs before the first one). */
  scopeAt(instruction: Instruction): Scope;
  /** A word of an instruction with the variables in effect there replaced and its quotes taken away. */
  expand(instruction: Instruction, word: Word): Expansion;
  /** The steps of all stages with what becomes of their words, and of FROM's. */
  scopes(): Scopes;
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
  let scopes: Scopes | undefined;
  const file: Dockerfile = {
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
      for (let base = file.baseOf(stage); base; base = file.baseOf(base)) chain.push(base);
      return chain;
    },
    baseOf: (stage) => tree.stages[file.scopes().base(stage)],
    scopeAt: (instruction) => file.scopes().at(instruction),
    expand: (instruction, word) => expand(word.text, file.scopeAt(instruction).value, tree),
    scopes: () => (scopes ??= createScopes(tree)),
  };
  return file;
}
