import { lineAt } from '../parser/lines.ts';
import { trim } from '../parser/space.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';

/** A comment line, from its `#` on. */
export interface Comment extends Span {
  /** What BuildKit takes for the comment: the line without its first character, and without white space at its ends. */
  readonly text: string;
}

/** The comment lines that BuildKit keeps for an instruction, from above. */
type CommentsAbove = (instruction: Instruction) => readonly Comment[];

/**
 * Finds the comments above each instruction as BuildKit keeps them for it (Node.PrevComment): all of those behind the
 * instruction before, and behind the last comment without text. Blank lines make no difference, whatever its
 * documentation says. Directives are no comments. Linear in the text's length.
 */
export function commentsAbove({ source, comments, instructions }: Tree): CommentsAbove {
  const above = new Map<Instruction, readonly Comment[]>();
  let index = 0;
  for (const instruction of instructions) {
    let block: Comment[] = [];
    for (; index < comments.length; index++) {
      const comment = comments[index];
      if (!comment || comment.start >= instruction.start) break;
      const text = textOf(source, comment.start);
      if (text === '') block = [];
      else block.push({ ...comment, text });
    }
    if (block.length > 0) above.set(instruction, block);
  }
  return (instruction) => above.get(instruction) ?? [];
}

function textOf(source: string, at: number): string {
  const begin = source.lastIndexOf('\n', at - 1) + 1;
  const mark = begin === 0 && source.startsWith('\uFEFF') ? 1 : 0;
  const { from, to } = trim(source, begin + mark + 1, lineAt(source, at).end);
  return source.slice(from, to);
}
