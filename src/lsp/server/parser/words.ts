import type { Instruction, Logical, Word } from './tree.ts';
import { toWord } from './tree.ts';

const BLANK = /[ \t\r\n\v\f]/;

/** Whether a character separates words. */
export function isBlank(char: string | undefined): boolean {
  return char !== undefined && BLANK.test(char);
}

interface SplitOptions {
  /** Whether quotes and escapes keep white space inside a word. */
  readonly quotes: boolean;
  readonly escape: string;
}

/** Splits `[from, to)` of a logical text at white space. `balanced` is false when a quote stays open. */
export function splitWords(
  logical: Logical,
  from: number,
  to: number,
  options: SplitOptions,
): { words: Word[]; balanced: boolean } {
  const { text } = logical;
  const words: Word[] = [];
  let begin = -1;
  let quote = '';
  for (let i = from; i < to; i++) {
    const char = text[i] as string;
    if (quote === '' && isBlank(char)) {
      if (begin >= 0) words.push(toWord(logical, begin, i));
      begin = -1;
      continue;
    }
    if (begin < 0) begin = i;
    if (!options.quotes) continue;
    if (char === options.escape && quote !== "'") i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
  }
  if (begin >= 0) words.push(toWord(logical, begin, to));
  return { words, balanced: quote === '' };
}

const QUOTING = new Set(['ENV', 'LABEL', 'ARG']);

/** The arguments of an instruction as words: JSON strings with their quotes for the JSON form, else by white space. */
export function argumentWords(instruction: Instruction, escape: string): Word[] {
  const { logical, args } = instruction;
  if (instruction.json) return jsonWords(logical, args.from, args.to);
  return splitWords(logical, args.from, args.to, { quotes: QUOTING.has(instruction.name), escape })
    .words;
}

function jsonWords(logical: Logical, from: number, to: number): Word[] {
  const words: Word[] = [];
  for (let i = from; i < to; i++) {
    if (logical.text[i] !== '"') continue;
    const begin = i;
    for (i++; i < to && logical.text[i] !== '"'; i++) if (logical.text[i] === '\\') i++;
    words.push(toWord(logical, begin, Math.min(i + 1, to)));
  }
  return words;
}

interface Pair {
  readonly key: Word;
  /** Undefined without `=`, as in `ARG NAME`. */
  readonly value: Word | undefined;
}

/**
 * The pairs that ENV, LABEL and ARG define. The legacy form `ENV key the rest` is one pair whose value is all of the
 * rest.
 */
export function pairsOf(instruction: Instruction, escape: string): Pair[] {
  const { logical, args } = instruction;
  const words = argumentWords(instruction, escape);
  const first = words[0];
  if (!first) return [];
  if (instruction.name !== 'ARG' && !first.text.includes('=')) {
    const second = words[1];
    return [{ key: first, value: second && toWord(logical, second.from, args.to) }];
  }
  return words.map((word) => {
    const at = word.text.indexOf('=');
    if (at < 0) return { key: word, value: undefined };
    return {
      key: toWord(logical, word.from, word.from + at),
      value: toWord(logical, word.from + at + 1, word.to),
    };
  });
}

/** A word's text without the quotes around it. */
export function unquote(text: string): string {
  const quote = text[0];
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote)
    ? text.slice(1, -1)
    : text;
}
