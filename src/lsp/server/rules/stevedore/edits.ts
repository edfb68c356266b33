import type { Instruction, Span } from '../../parser/tree.ts';

/** The lines that an instruction stands on, the last one's end included: what is deleted when it goes. */
export function linesOf(source: string, { start, end }: Instruction): Span {
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const newline = source.indexOf('\n', end);
  if (newline >= 0) return { start: from, end: newline + 1 };
  // The last line takes the line end before it along.
  return { start: Math.max(0, from - 1), end: source.length };
}

/** Where a line begins that is put in front of an instruction. */
export function lineStart(source: string, { start }: Span): Span {
  const at = source.lastIndexOf('\n', start - 1) + 1;
  return { start: at, end: at };
}
