import { lastWhile } from '../../../util/search.ts';

/** A half-open stretch of the document, in UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The text of an instruction as the builder reads it, with continuation marks, line ends and the comment and
 * blank lines between continued lines taken out, and the way back to the document.
 */
export interface Logical {
  readonly text: string;
  /** Where each piece begins in `text`, ascending, the first 0. */
  readonly starts: readonly number[];
  /** Where each piece begins in the document. */
  readonly offsets: readonly number[];
}

/** A word of an instruction: `from` and `to` count in the logical text, `start` and `end` in the document. */
export interface Word extends Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface Flag extends Word {
  /** Without the leading dashes, as the builder takes it. */
  readonly name: string;
  readonly nameSpan: Span;
  /** As written; undefined when there is no `=`. */
  readonly value: Word | undefined;
  /** The whole flag as the builder takes it: without quotes and the escape characters that escape. */
  readonly plain: string;
  /** A quote in it is never closed, so that it takes all the rest of the instruction. */
  readonly open: boolean;
}

export interface Heredoc {
  /** The whole word, such as `3<<-"EOF"`. */
  readonly operator: Span;
  readonly name: string;
  readonly nameSpan: Span;
  /** `<<-`: leading tabs are dropped, before the terminator too. */
  readonly chomp: boolean;
  /** False when the name is quoted: variables in the body stay as they are. */
  readonly expand: boolean;
  /** From the first character of the body's first line to the start of the terminator's line. */
  readonly body: Span;
  /** The terminator's word; undefined when the file ends first. */
  readonly terminator: Span | undefined;
}

export interface Instruction extends Span {
  readonly keyword: Word;
  /** The keyword in upper case. */
  readonly name: string;
  readonly logical: Logical;
  readonly flags: readonly Flag[];
  /** Where the arguments begin and end in the logical text, flags and outer white space left out. */
  readonly args: { readonly from: number; readonly to: number };
  /** The arguments are a JSON array of strings. */
  readonly json: boolean;
  readonly heredocs: readonly Heredoc[];
  /** Comment lines between continued lines, from the `#` to the end of the line. */
  readonly comments: readonly Span[];
  /** Blank lines between continued lines that have something after them, line end included. */
  readonly blanks: readonly Span[];
  /** What ONBUILD triggers. */
  readonly trigger: Instruction | undefined;
  /** Index into the tree's stages; -1 before the first FROM. */
  readonly stage: number;
  readonly parent: Instruction | undefined;
}

export interface Directive extends Span {
  /** In lower case. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}

export interface Stage {
  readonly index: number;
  readonly from: Instruction;
  /** The base image as written; undefined when FROM has no argument. */
  readonly image: Word | undefined;
  readonly name: Word | undefined;
  /** Index of the earlier stage that this one starts from, else -1. */
  readonly base: number;
  readonly instructions: readonly Instruction[];
}

export interface Tree {
  readonly source: string;
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  /** The directive that stands a second time, which the builder refuses; it is among the comments. */
  readonly repeated: Directive | undefined;
  /** Comments outside instructions, from the `#` to the end of the line. */
  readonly comments: readonly Span[];
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** What escapes in a file without directives. */
export const PLAIN_ESCAPE = '\\';

/**
 * The character that escapes in the words and flags of an instruction, in a file in which `escape` does. What ONBUILD triggers
 * the builder reads when a stage runs it, as a file of its own, without directives.
 */
export function wordEscape({ parent }: Instruction, escape: string): string {
  return parent ? PLAIN_ESCAPE : escape;
}

/** Which piece of a logical text position `index` lies in. */
export function pieceAt({ starts }: Logical, index: number): number {
  // As countWhile, but without a function to call: every word asks.
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The document offset of position `index` of the logical text. */
export function toOffset(logical: Logical, index: number): number {
  const piece = pieceAt(logical, index);
  return (logical.offsets[piece] ?? 0) + index - (logical.starts[piece] ?? 0);
}

/** The document span of `[from, to)` of the logical text; the end lies on the line of the last character. */
export function toSpan(logical: Logical, from: number, to: number): Span {
  const start = toOffset(logical, from);
  return { start, end: to > from ? toOffset(logical, to - 1) + 1 : start };
}

/** The word `[from, to)` of the logical text. */
export function toWord(logical: Logical, from: number, to: number): Word {
  const { start, end } = toSpan(logical, from, to);
  return { text: logical.text.slice(from, to), from, to, start, end };
}

/** The offsets of the escape characters that join the lines of an instruction, in order. */
export function continuationsOf({ logical }: Instruction, { source, escape }: Tree): number[] {
  const { text, starts, offsets } = logical;
  const found: number[] = [];
  for (let i = 0; i < starts.length; i++) {
    const next = starts[i + 1];
    const end = (offsets[i] ?? 0) + (next ?? text.length) - (starts[i] ?? 0);
    // The last piece ends at one only where the file ends too early.
    if (next !== undefined || source[end] === escape) found.push(end);
  }
  return found;
}

/** The outer instruction whose text `offset` lies in, its end included; undefined between instructions. */
export function instructionAt({ instructions }: Tree, offset: number): Instruction | undefined {
  const found = lastWhile(instructions, ({ start }) => start <= offset);
  return found && offset <= found.end ? found : undefined;
}

/** Whether `offset` lies in `span`, its end included: a caret behind the last character still touches a word. */
export function touches(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
