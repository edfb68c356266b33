import { INSTRUCTIONS } from '../data/instructions.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';
import { replace } from './edits.ts';
import type { Finding, Fix } from './rule.ts';

/** A continued line of an instruction that begins as an instruction does. */
interface Beginning {
  readonly keyword: string;
  readonly span: Span;
  /** Which of the instruction's lines it is, from 0 on. */
  readonly piece: number;
}

/** At the beginning of its line, as instructions stand and what is continued mostly does not, and with something behind it. */
const BEGINNING = new RegExp(`^(${Object.keys(INSTRUCTIONS).join('|')})[ \\t]+[^ \\t=]`);
/** What joins a command to the next one. */
const JOINED = /[ \t]*(?:&&|;|\|\|?)$/;

/** The lines of an instruction, but for its first one, that begin as an instruction does. Linear in its length. */
export function beginningsIn({ logical }: Pick<Instruction, 'logical'>): Beginning[] {
  const { text, starts, offsets } = logical;
  return offsets.flatMap((start, piece) => {
    if (piece === 0) return [];
    const [, keyword] = BEGINNING.exec(text.slice(starts[piece], starts[piece + 1])) ?? [];
    return keyword === undefined
      ? []
      : [{ keyword, piece, span: { start, end: start + keyword.length } }];
  });
}

/** Says of a line that it is taken for the rest of the instruction above it. */
export function swallowed(instruction: Instruction, beginning: Beginning, tree: Tree): Finding {
  const { keyword, span } = beginning;
  return {
    span,
    message: `This ${keyword} is part of the ${instruction.name} above, because the line before it ends with ${tree.escape}. Remove that character.`,
    fixes: parting(instruction, beginning),
  };
}

/** What takes the continuation away that a line is joined by, with the operator before it. */
function parting({ logical, args }: Instruction, { piece }: Beginning): Fix[] {
  const { text, starts, offsets } = logical;
  const begin = starts[piece - 1] ?? 0;
  const end = starts[piece] ?? begin;
  const from = Math.max(begin, args.from);
  const kept = text.slice(from, end).trimEnd().replace(JOINED, '').length;
  if (kept === 0) return [];
  // Within one line of the document the text is as it stands there, and the escape character comes right behind it.
  const shift = (offsets[piece - 1] ?? 0) - begin;
  const span: Span = { start: from + kept + shift, end: end + shift + 1 };
  return [replace('End the instruction above', span, '')];
}
