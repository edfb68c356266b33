import { isSpace } from './space.ts';

/** A stretch of a text. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** References within references are read to this depth. */
const DEEPEST = 200;

/** White space that stays with the `<<` before it, as what the name of a heredoc stands behind. */
const BEHIND_OPERATOR = /[\t\r ]*/y;
/** Substitutions whose modifier has a word of its own. */
const NESTED = /\$\{(?:[@*#?\-$!]|[\p{L}\p{Nd}_]*)[^\p{L}\p{Nd}_}]/u;

/**
 * Splits a line into words as the builder does when it looks for heredocs (frontend/dockerfile/shell, ProcessWords):
 * quotes, backslashes and `${…}` as its shell lexer reads them, all left in, and `<<` with the white space behind it as
 * one. Undefined where the lexer fails, at an open quote or a substitution that it doesn't know: the builder then sees
 * no heredoc in the line.
 */
export function shellWords(text: string): Stretch[] | undefined {
  const words: Stretch[] = [];
  let begin = -1;
  const split = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      if (!isSpace(text.charCodeAt(i))) {
        if (begin < 0) begin = i;
      } else if (begin >= 0) {
        words.push({ from: begin, to: i });
        begin = -1;
      }
    }
  };
  /** The builder reads the word of a modifier into the place of the word that it stands in, whose beginning is lost. */
  const forget = (from: number, to: number) => {
    if (begin >= 0 && NESTED.test(text.slice(from, to))) begin = from;
  };
  let i = 0;
  while (i < text.length) {
    const char = text[i];
    let end = i + 1;
    if (char === '$') {
      end = skipDollar(text, i, 0);
      forget(i, end);
      // The builder splits what a reference gives, and gives references back as they stand.
      if (end > 0) split(i, end);
    } else if (char === "'" || char === '"') {
      end = char === "'" ? text.indexOf("'", i + 1) + 1 : skipDouble(text, i, 0);
      if (char === '"') forget(i, end);
      if (begin < 0) begin = i;
    } else if (char === '<') {
      if (text[end] === '<') end = behindOperator(text, end + 1);
      if (begin < 0) begin = i;
    } else if (char === '\\') {
      end = Math.min(i + 2, text.length);
      if (begin < 0) begin = i;
    } else split(i, end);
    if (end <= 0) return undefined;
    i = end;
  }
  if (begin >= 0) words.push({ from: begin, to: text.length });
  return words;
}

function behindOperator(text: string, from: number): number {
  BEHIND_OPERATOR.lastIndex = from;
  return from + (BEHIND_OPERATOR.exec(text)?.[0].length ?? 0);
}

/** Behind the double quote that closes the one at `start`, or -1. */
function skipDouble(text: string, start: number, depth: number): number {
  let i = start + 1;
  while (i < text.length) {
    const char = text[i];
    if (char === '"') return i + 1;
    if (char === '$') {
      i = skipDollar(text, i, depth);
      if (i < 0) return -1;
    } else if (char === '\\') i += /["$\\]/.test(text[i + 1] ?? '') ? 2 : 1;
    else i++;
  }
  return -1;
}

const NAME = /[@*#?\-$!]|\p{Nd}+|[\p{L}\p{Nd}_]+/uy;

function skipName(text: string, start: number): number {
  NAME.lastIndex = start;
  return start + (NAME.exec(text)?.[0].length ?? 0);
}

/** Behind the reference whose `$` is at `start`, or -1. */
function skipDollar(text: string, start: number, depth: number): number {
  if (text[start + 1] !== '{') return skipName(text, start + 1);
  const first = text[start + 2];
  if (first === undefined || first === '{' || first === '}' || first === ':' || depth >= DEEPEST)
    return -1;
  const end = skipName(text, start + 2);
  switch (text.charAt(end)) {
    case '}':
      return end + 1;
    case ':':
      // Patterns that cut off make no difference between unset and empty.
      return /[#%]/.test(text.charAt(end + 1)) ? -1 : skipTo(text, end + 2, '}', depth + 1);
    case '+':
    case '-':
    case '?':
    case '#':
    case '%':
      return skipTo(text, end + 1, '}', depth + 1);
    case '/': {
      const slash = skipTo(text, text[end + 1] === '/' ? end + 2 : end + 1, '/', depth + 1);
      return slash < 0 ? -1 : skipTo(text, slash, '}', depth + 1);
    }
    default:
      return -1;
  }
}

/** Behind the next `stop` outside quotes, escapes and references, or -1. */
function skipTo(text: string, start: number, stop: string, depth: number): number {
  let i = start;
  while (i < text.length) {
    const char = text[i];
    if (char === stop) return i + 1;
    if (char === '$') i = skipDollar(text, i, depth);
    else if (char === '"') i = skipDouble(text, i, depth);
    else if (char === "'") i = text.indexOf("'", i + 1) + 1 || -1;
    else i += char === '\\' ? 2 : 1;
    if (i < 0) return -1;
  }
  return -1;
}
