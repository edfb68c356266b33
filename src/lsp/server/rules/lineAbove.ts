import type { Dockerfile } from '../model/dockerfile.ts';
import { countWhile, lastWhile } from '../../../util/search.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';
import { wholeLines } from './edits.ts';
import type { Fix } from './rule.ts';

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
  const highest = silencers(file, instruction).at(-1) ?? instruction;
  const start = lineOf(file.tree, highest.start);
  return { start, end: start };
}

/** Takes an instruction away, and the comments that silence something in it: they would speak of the next one else. */
export function removal(file: Dockerfile, instruction: Instruction): Fix['edits'] {
  const { source } = file.tree;
  const removed: Span[] = [];
  let { start } = instruction;
  for (const comment of silencers(file, instruction)) {
    if (/^\r?\n[ \t]*$/.test(source.slice(comment.end, start))) ({ start } = comment);
    else removed.push(comment);
  }
  removed.push({ start, end: instruction.end });
  return removed.map((span) => ({ span: wholeLines(span, source), text: '' }));
}

/** The comments that silence something in an instruction, the lowest first. */
function silencers(file: Dockerfile, instruction: Instruction): readonly Span[] {
  const known = file.once(knownSilencers);
  const found = known.get(instruction) ?? findSilencers(file.tree, instruction);
  known.set(instruction, found);
  return found;
}

/** Remembered, since many fixes may be about one instruction. */
const knownSilencers = (): Map<Instruction, readonly Span[]> => new Map();

function findSilencers(tree: Tree, { start }: Instruction): Span[] {
  const { source, comments, instructions } = tree;
  const before = lastWhile(instructions, (one) => one.start < start);
  const found: Span[] = [];
  let below = lineOf(tree, start);
  let isNear = true;
  const above = countWhile(comments.length, (i) => (comments[i]?.start ?? 0) < start);
  for (let i = above - 1; i >= 0; i--) {
    const comment = comments[i];
    if (!comment || comment.start < (before?.end ?? 0)) break;
    const text = source.slice(comment.start, comment.end);
    // BuildKit heeds no comment above an empty one.
    if (SHELL.test(text) || /^#\s*$/.test(text)) break;
    isNear &&= source.indexOf('\n', comment.end) + 1 === below;
    if (CHECK.test(text) || (isNear && IGNORE.test(text))) found.push(comment);
    isNear &&= CONTROL.test(text);
    below = lineOf(tree, comment.start);
  }
  return found;
}

/** Where the line of an offset begins, behind a byte order mark. */
export function lineOf({ source }: Tree, offset: number): number {
  return Math.max(source.lastIndexOf('\n', offset - 1) + 1, source.startsWith('\uFEFF') ? 1 : 0);
}
