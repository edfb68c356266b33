import { lineAt, skipBlanks } from '../parser/lines.ts';
import type { Instruction, Tree } from '../parser/tree.ts';

/** The outer instruction whose text `offset` lies in, its end included; undefined between instructions. */
export function instructionAt(tree: Tree, offset: number): Instruction | undefined {
  const { instructions } = tree;
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instructions[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = instructions[low - 1];
  return found && offset <= found.end ? found : undefined;
}

/** Where that begins which a comment above it speaks of: the instruction at `offset`, else the text of its line. */
export function startOf(tree: Tree, offset: number): number {
  const instruction = instructionAt(tree, offset);
  if (instruction) return instruction.start;
  const from = tree.source.lastIndexOf('\n', offset - 1) + 1;
  const line = lineAt(tree.source, from);
  return skipBlanks(tree.source, line.start, line.end);
}
