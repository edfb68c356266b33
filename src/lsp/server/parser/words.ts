import { isSpace } from './space.ts';
import type { Instruction, Logical, Word } from './tree.ts';
import { toWord, wordEscape } from './tree.ts';

/** Whether a character separates words: the white space of ASCII, which is all that the builder splits most lines at. */
export function isBlank(char: string | undefined): boolean {
  return (
    char === ' ' ||
    char === '\t' ||
    char === '\r' ||
    char === '\v' ||
    char === '\f' ||
    char === '\n'
  );
}

/** Splits `[from, to)` of a logical text at white space. */
function splitWords(logical: Logical, from: number, to: number): Word[] {
  const { text } = logical;
  const words: Word[] = [];
  for (let i = from; i < to;) {
    if (isBlank(text[i])) {
      i++;
      continue;
    }
    const begin = i;
    while (i < to && !isBlank(text[i])) i++;
    words.push(toWord(logical, begin, i));
  }
  return words;
}

/**
 * Splits `[from, to)` of a logical text at white space outside of quotes and not behind the escape character, which
 * single quotes take as it is. At the very end it escapes nothing and isn't part of the word.
 */
export function splitQuoted(logical: Logical, from: number, to: number, escape: string): Word[] {
  const { text } = logical;
  const words: Word[] = [];
  let begin = -1;
  let end = to;
  let quote = '';
  for (let i = from; i < to; i++) {
    const char = text[i] as string;
    if (quote === '' && isSpace(text.charCodeAt(i))) {
      if (begin >= 0) words.push(toWord(logical, begin, i));
      begin = -1;
      continue;
    }
    if (begin < 0) begin = i;
    if (char === escape && quote !== "'") {
      if (i + 1 === to) end = i;
      i++;
    } else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
  }
  if (begin >= 0 && begin < end) words.push(toWord(logical, begin, end));
  return words;
}

const QUOTING = new Set(['ENV', 'LABEL', 'ARG']);

/** The arguments of an instruction as words: JSON strings with their quotes for the JSON form, else by white space. */
export function argumentWords(instruction: Instruction, escape: string): Word[] {
  const { logical, args } = instruction;
  if (instruction.json) return jsonWords(logical, args.from, args.to);
  return QUOTING.has(instruction.name)
    ? splitQuoted(logical, args.from, args.to, wordEscape(instruction, escape))
    : splitWords(logical, args.from, args.to);
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

export interface Pair {
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
    // The old form knows no quotes: the key ends at the first blank.
    const [key, second] = splitWords(logical, args.from, args.to);
    return key ? [{ key, value: second && toWord(logical, second.from, args.to) }] : [];
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
