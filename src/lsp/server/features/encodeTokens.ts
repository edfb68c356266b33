import type { Token } from './tokenTypes.ts';
import { TYPES } from './tokenTypes.ts';

/**
 * Encodes tokens as LSP says: five numbers each, relative to the one before. A token that others lie in is cut by them,
 * and line ends cut all; white space at the start of a line is left out, and so is what is empty. Linear but for sorting.
 */
export function encodeTokens(source: string, tokens: readonly Token[]): number[] {
  return encode(source, flatten(tokens));
}

/** Cuts tokens where narrower ones lie inside, and sorts them. */
function flatten(tokens: readonly Token[]): Token[] {
  // A variable that is the whole of a value still is a variable.
  const sorted = [...tokens].sort(
    (a, b) =>
      a.start - b.start ||
      b.end - a.end ||
      Number(a.type === 'variable') - Number(b.type === 'variable'),
  );
  const flat: Token[] = [];
  const open: Token[] = [];
  let at = 0;
  const emit = ({ type, modifiers }: Token, end: number) => {
    if (end > at) flat.push({ start: at, end, type, modifiers });
    at = Math.max(at, end);
  };
  const closeUntil = (offset: number) => {
    for (let top = open.at(-1); top && top.end <= offset; top = open.at(-1)) {
      emit(top, top.end);
      open.pop();
    }
  };
  for (const token of sorted) {
    if (token.end <= token.start) continue;
    closeUntil(token.start);
    const top = open.at(-1);
    if (top) emit(top, token.start);
    at = Math.max(at, token.start);
    // What reaches beyond the token it begins in would overlap what follows.
    open.push(top && top.end < token.end ? { ...token, end: top.end } : token);
  }
  closeUntil(Number.MAX_SAFE_INTEGER);
  return flat;
}

const FEED = 10;
const RETURN = 13;

function encode(source: string, tokens: readonly Token[]): number[] {
  const data: number[] = [];
  let line = 0;
  let lineStart = 0;
  let at = 0;
  let lastLine = 0;
  let lastCharacter = 0;
  /** Walks on to `offset`, counting lines. */
  const walk = (offset: number) => {
    for (; at < offset; at++) {
      const code = source.charCodeAt(at);
      if (code === FEED || (code === RETURN && source.charCodeAt(at + 1) !== FEED)) {
        line++;
        lineStart = at + 1;
      }
    }
  };
  const push = (start: number, end: number, { type, modifiers }: Token) => {
    if (end <= start) return;
    walk(start);
    const character = start - lineStart;
    data.push(
      line - lastLine,
      line === lastLine ? character - lastCharacter : character,
      end - start,
      TYPES.indexOf(type),
      modifiers,
    );
    lastLine = line;
    lastCharacter = character;
  };
  for (const token of tokens) {
    let from = token.start;
    for (let i = token.start; i < token.end; i++) {
      const code = source.charCodeAt(i);
      if (code !== FEED && code !== RETURN) continue;
      push(from, i, token);
      from = i + 1;
      while (from < token.end && (source[from] === ' ' || source[from] === '\t')) from++;
      i = from - 1;
    }
    push(from, token.end, token);
  }
  return data;
}
