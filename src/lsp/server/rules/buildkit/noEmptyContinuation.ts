import { lineAt, skipBlanks } from '../../parser/lines.ts';
import { continuationsOf } from '../../parser/tree.ts';
import type { Instruction, Span, Tree } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';

export const noEmptyContinuation: Rule = {
  id: 'NoEmptyContinuation',
  severity: 'warning',
  fileWide: true,
  title: 'A continued instruction should have no blank lines',
  why: 'The builder skips blank lines between the lines of one instruction, but has announced that it will refuse them. A comment line may stand there.',
  examples: [
    {
      bad: 'FROM alpine\nRUN apk add \\\n\n    curl\n',
      good: 'FROM alpine\nRUN apk add \\\n    curl\n',
      fixed: true,
    },
  ],
  *check({ tree }) {
    for (const [index, instruction] of tree.instructions.entries()) {
      const last = index === tree.instructions.length - 1;
      const { blanks, end } = blankLines(instruction, tree, last);
      const [first] = blanks;
      if (!first) continue;
      yield {
        span: { start: first.start, end: first.start },
        message:
          'A blank line stands inside this instruction. The builder will refuse that one day.',
        reportedAt: end,
        fixes: [
          {
            title: blanks.length > 1 ? 'Remove the blank lines' : 'Remove the blank line',
            edits: blanks.map((span) => ({ span, text: '' })),
            safe: true,
          },
        ],
      };
    }
  },
};

/** The blank lines of an instruction, and an offset on its last line; heredocs come behind that. */
function blankLines(
  instruction: Instruction,
  tree: Tree,
  last: boolean,
): { blanks: readonly Span[]; end: number } {
  const { blanks, logical } = instruction;
  const { source } = tree;
  const end = logical.offsets.at(-1) ?? 0;
  const mark = last ? continuationsOf(instruction, tree).at(-1) : undefined;
  // One that is still continued at its last line takes in what is left of the file: blank lines and comments.
  if (mark === undefined || mark < end) return { blanks, end };
  const trailing: Span[] = [];
  let line = lineAt(source, mark);
  while (line.next < source.length) {
    line = lineAt(source, line.next);
    const { start, next } = line;
    if (skipBlanks(source, start, line.end) === line.end) trailing.push({ start, end: next });
  }
  return { blanks: [...blanks, ...trailing], end: line.start };
}
