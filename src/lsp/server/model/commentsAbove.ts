import { lineAt } from '../parser/lines.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';

/** The comment lines that stand directly above an instruction, from above, each from its `#` on. */
type CommentsAbove = (instruction: Instruction) => readonly Span[];

/**
 * Finds the comments above each instruction as BuildKit keeps them for it (Node.PrevComment): a blank line and a comment
 * without text let go of those above. Directives are comments too. Linear in the text's length.
 */
export function commentsAbove({ source, comments, directives, instructions }: Tree): CommentsAbove {
  const lines: readonly Span[] = [...directives, ...comments].sort((a, b) => a.start - b.start);
  const above = new Map<Instruction, readonly Span[]>();
  let index = 0;
  for (const instruction of instructions) {
    let block: Span[] = [];
    let next = -1;
    for (; index < lines.length; index++) {
      const comment = lines[index];
      if (!comment || comment.start >= instruction.start) break;
      const line = lineAt(source, comment.start);
      if (!adjoins(source, next, comment.start)) block = [];
      if (source.slice(comment.start + 1, line.end).trim() === '') block = [];
      else block.push(comment);
      next = line.next;
    }
    if (block.length > 0 && adjoins(source, next, instruction.start)) above.set(instruction, block);
  }
  return (instruction) => above.get(instruction) ?? [];
}

/** Whether what begins at `start` stands on the line that begins at `line`. */
function adjoins(source: string, line: number, start: number): boolean {
  if (line < 0 || line > start) return false;
  const feed = source.indexOf('\n', line);
  return feed < 0 || feed >= start;
}
