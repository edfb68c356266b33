import type { Token } from './tokenTypes.ts';
import { TYPES } from './tokenTypes.ts';

/** Writes tokens of a text in the form that LSP wants: five numbers each, relative to the one before. */
export interface TokenWriter {
  /**
   * Takes tokens in any order that all lie behind those written before. One that others lie in is cut by them, and line
   * ends cut all; white space at the start of a line is left out, and so is what is empty.
   */
  write(tokens: Token[]): void;
  readonly data: number[];
}

/** Linear in the text and the tokens, but for the sorting of those that are written at once. */
export function createTokenWriter(source: string): TokenWriter {
  const data: number[] = [];
  const encode = createEncoder(source, data);
  return { write: (tokens) => flatten(tokens, encode), data };
}

type Emit = (start: number, end: number, token: Token) => void;

/** Emits tokens in order, cut where narrower ones lie inside. Sorts `tokens` in place. */
function flatten(tokens: Token[], emit: Emit): void {
  // A variable that is the whole of a value still is a variable.
  tokens.sort(
    (a, b) =>
      a.start - b.start ||
      b.end - a.end ||
      Number(a.type === 'variable') - Number(b.type === 'variable'),
  );
  const open: { readonly token: Token; readonly end: number }[] = [];
  let at = 0;
  const emitUntil = (token: Token, end: number) => {
    if (end > at) emit(at, end, token);
    at = Math.max(at, end);
  };
  const closeUntil = (offset: number) => {
    for (let top = open.at(-1); top && top.end <= offset; top = open.at(-1)) {
      emitUntil(top.token, top.end);
      open.pop();
    }
  };
  for (const token of tokens) {
    if (token.end <= token.start) continue;
    closeUntil(token.start);
    const top = open.at(-1);
    if (top) emitUntil(top.token, token.start);
    at = Math.max(at, token.start);
    // What reaches beyond the token it begins in would overlap what follows.
    open.push({ token, end: top ? Math.min(top.end, token.end) : token.end });
  }
  closeUntil(Number.MAX_SAFE_INTEGER);
}

const FEED = 10;
const RETURN = 13;
const NUMBERS: ReadonlyMap<string, number> = new Map(TYPES.map((type, i) => [type, i]));

function createEncoder(source: string, data: number[]): Emit {
  let line = 0;
  let lineStart = 0;
  let at = 0;
  let lastLine = 0;
  let lastCharacter = 0;
  const push = (start: number, end: number, { type, modifiers }: Token) => {
    if (end <= start) return;
    for (; at < start; at++) {
      const code = source.charCodeAt(at);
      if (code === FEED || (code === RETURN && source.charCodeAt(at + 1) !== FEED)) {
        line++;
        lineStart = at + 1;
      }
    }
    const character = start - lineStart;
    data.push(
      line - lastLine,
      line === lastLine ? character - lastCharacter : character,
      end - start,
      NUMBERS.get(type) ?? 0,
      modifiers,
    );
    lastLine = line;
    lastCharacter = character;
  };
  return (start, end, token) => {
    let from = start;
    for (let i = start; i < end; i++) {
      const code = source.charCodeAt(i);
      if (code !== FEED && code !== RETURN) continue;
      push(from, i, token);
      from = i + 1;
      while (from < end && (source[from] === ' ' || source[from] === '\t')) from++;
      i = from - 1;
    }
    push(from, end, token);
  };
}
