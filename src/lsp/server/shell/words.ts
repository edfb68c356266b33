import type { Assignment, Word, WordPart } from 'unbash';
import type { Span } from '../parser/tree.ts';

/** A word of a command. */
export interface ShellWord extends Span {
  /** As written. */
  readonly text: string;
  /**
   * Without quotes and escapes; a variable is `${NAME}` however it was written, what only running it can tell is
   * `${…}`.
   */
  readonly value: string;
  /** It has no expansion, so that `value` is what the program gets. */
  readonly literal: boolean;
}

/** A variable set in front of a command, by itself, or by export and its kin. */
export interface ShellAssignment extends Span {
  readonly name: string;
  readonly value: string;
}

type ToSpan = (from: number, to: number) => Span;

const SPECIAL = /[\\'"$`*?[\]{}()<>~!@+]/;

/** Reads a word of the tree. */
export function toShellWord(word: Word, toSpan: ToSpan): ShellWord {
  const { start, end } = toSpan(word.pos, word.end);
  const { text } = word;
  if (!SPECIAL.test(text)) return { start, end, text, value: text, literal: true };
  const { parts } = word;
  if (!parts) return { start, end, text, value: word.value, literal: true };
  const value = parts.map(valueOf).join('');
  return { start, end, text, value, literal: parts.every(isLiteral) };
}

/** The name and value of an assignment; those of an array stay empty. */
export function toShellAssignment(assignment: Assignment, toSpan: ToSpan): ShellAssignment {
  const { value } = assignment;
  return {
    ...toSpan(assignment.pos, assignment.end),
    name: assignment.name,
    value: value.type === 'Word' ? toShellWord(value, toSpan).value : '',
  };
}

function valueOf(part: WordPart): string {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return part.value;
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.map(valueOf).join('');
    case 'SimpleExpansion':
      return `\${${part.text.slice(1)}}`;
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
      return '${…}';
    case 'ParameterExpansion':
    case 'BraceExpansion':
    case 'ExtendedGlob':
      return part.text;
  }
}

function isLiteral(part: WordPart): boolean {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString')
    return part.parts.every(isLiteral);
  return part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted';
}
