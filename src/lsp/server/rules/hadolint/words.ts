import type { Instruction, Span, Word } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';

/** A text without quotes at its ends, in pairs or not, as hadolint sees words. */
export function dropQuotes(text: string): string {
  let from = 0;
  let to = text.length;
  const isQuote = (char: string | undefined) => char === '"' || char === "'";
  while (from < to && isQuote(text[from])) from++;
  while (to > from && isQuote(text[to - 1])) to--;
  return text.slice(from, to);
}

/** What COPY and ADD take and where they put it; no target without at least two words. */
export interface Transfer {
  readonly sources: readonly Word[];
  readonly target: Word | undefined;
}

export function transferOf(instruction: Instruction, escape: string): Transfer {
  const words = argumentWords(instruction, escape);
  return words.length < 2
    ? { sources: words, target: undefined }
    : { sources: words.slice(0, -1), target: words.at(-1) };
}

/** The span of all arguments, or of the keyword where there are none. */
export function argumentSpan({ logical, args, keyword }: Instruction): Span {
  return args.from < args.to ? toSpan(logical, args.from, args.to) : keyword;
}

/** The arguments as one text, outer white space and flags left out. */
export function argumentText({ logical, args }: Instruction): string {
  return logical.text.slice(args.from, args.to);
}

/** Where a word's text stands without its quotes. */
export function innerSpan(word: Word): Span {
  const inner = dropQuotes(word.text);
  const lead = word.text.indexOf(inner);
  return word.end - word.start === word.text.length
    ? { start: word.start + lead, end: word.start + lead + inner.length }
    : word;
}

/** The value of an instruction's last flag of a name. */
export function flagValue({ flags }: Instruction, name: string): Word | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}
