import type { Dockerfile } from '../model/dockerfile.ts';
import { countWhile } from '../parser/search.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';

/** Comments that silence something in what stands below. hadolint's are heeded on the lines right above only. */
const CHECK = /^#[ \t]*check[ \t]*=/i;
const IGNORE = /^#[ \t]*hadolint[ \t]+(?:stage[ \t]+)?ignore[ \t]*=/;
/** It holds from where it stands on, for SHELL would be overridden by it. */
const SHELL = /^#[ \t]*hadolint[ \t]+shell[ \t]*=/;
const CONTROL = /^#[ \t]*(?:hadolint[ \t]|check[ \t]*=)/i;

/**
 * Where a line goes that is put above an instruction: above the comments too that silence something in the instruction,
 * which would speak of the new line else.
 */
export function lineAbove(file: Dockerfile, instruction: Instruction): Span {
  const known = file.once(placesAbove);
  const found = known.get(instruction) ?? placeAbove(file.tree, instruction);
  known.set(instruction, found);
  return found;
}

/** Remembered, since many fixes may put a line above one instruction. */
const placesAbove = (): Map<Instruction, Span> => new Map();

function placeAbove({ source, comments, instructions }: Tree, { start }: Instruction): Span {
  const lineOf = (offset: number) =>
    // A byte order mark stands before the first line.
    Math.max(source.lastIndexOf('\n', offset - 1) + 1, source.startsWith('\uFEFF') ? 1 : 0);
  const before =
    instructions[countWhile(instructions.length, (i) => startOf(instructions[i]) < start) - 1];
  let at = lineOf(start);
  let below = at;
  let isNear = true;
  for (let i = countWhile(comments.length, (j) => startOf(comments[j]) < start) - 1; i >= 0; i--) {
    const comment = comments[i];
    if (!comment || comment.start < (before?.end ?? 0)) break;
    const text = source.slice(comment.start, comment.end);
    // BuildKit heeds no comment above an empty one.
    if (SHELL.test(text) || /^#\s*$/.test(text)) break;
    isNear &&= source.indexOf('\n', comment.end) + 1 === below;
    const line = lineOf(comment.start);
    if (CHECK.test(text) || (isNear && IGNORE.test(text))) at = line;
    isNear &&= CONTROL.test(text);
    below = line;
  }
  return { start: at, end: at };
}

const startOf = (span: Span | undefined): number => span?.start ?? 0;
