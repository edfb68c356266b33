import { lineAt, skipBlanks } from '../parser/lines.ts';
import { countWhile } from '../../../util/search.ts';
import type { Instruction, Tree } from '../parser/tree.ts';
import { instructionAt } from '../parser/tree.ts';

/** Tells the outer instruction whose text an offset lies in, its end included; undefined between instructions. */
export type Locate = (offset: number) => Instruction | undefined;

/** Prepares a tree for many questions: each takes logarithmic time, or none when it is about the same place again. */
export function createLocate({ instructions }: Tree): Locate {
  const startAt = (index: number) => instructions[index]?.start ?? Infinity;
  let last = 0;
  return (offset) => {
    const isLast = startAt(last) <= offset && offset < startAt(last + 1);
    if (!isLast) last = countWhile(instructions.length, (i) => startAt(i) <= offset) - 1;
    const found = instructions[last];
    return found && found.start <= offset && offset <= found.end ? found : undefined;
  };
}

/** Where that begins which a comment above it speaks of: the instruction at `offset`, else the text of its line. */
export function startOf(tree: Tree, offset: number, locate?: Locate): number {
  const instruction = locate ? locate(offset) : instructionAt(tree, offset);
  if (instruction) return instruction.start;
  const from = tree.source.lastIndexOf('\n', offset - 1) + 1;
  const line = lineAt(tree.source, from);
  return skipBlanks(tree.source, line.start, line.end);
}
