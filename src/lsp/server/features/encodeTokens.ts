import type { Token } from './tokenTypes.ts';
import { TYPES } from './tokenTypes.ts';

/** Writes tokens of a text in the form that LSP wants: five numbers each, relative to the one before. */
interface TokenWriter {
  /**
   * Takes tokens in any order that all lie behind those written before. One that others lie in is cut by them, and line
   * ends cut all; white space at the start of a line is left out, and so is what is empty.
   */
  write(tokens: Token[]): void;
  /** All that was written. */
  data(): number[];
}

/** An array that grows beyond 128 KB is copied to fresh pages of memory each time, which takes longer than to fill it. */
const CHUNK = 8000;

/** Linear in the text and the tokens, but for the sorting of those that are written at once. */
export function createTokenWriter(source: string): TokenWriter {
  let chunk: number[] = [];
  const full: number[][] = [];
  const encode = createEncoder(source, (line, character, length, type, modifiers) => {
    if (chunk.length >= CHUNK) {
      full.push(chunk);
      chunk = [];
    }
    chunk.push(line, character, length, type, modifiers);
  });
  return {
    write: (tokens) => flatten(tokens, encode),
    data: () => (full.length === 0 ? chunk : ([] as number[]).concat(...full, chunk)),
  };
}

type Put = (
  line: number,
  character: number,
  length: number,
  type: number,
  modifiers: number,
) => void;
type Emit = (start: number, end: number, token: Token) => void;

/** Emits tokens in order, cut where narrower ones lie inside. Sorts `tokens` in place. */
function flatten(tokens: Token[], emit: Emit): void {
  sortTokens(tokens);
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
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.end <= token.start) continue;
    closeUntil(token.start);
    // Most tokens have none in them.
    if (open.length === 0 && (tokens[i + 1]?.start ?? token.end) >= token.end) {
      emit(token.start, token.end, token);
      at = token.end;
      continue;
    }
    const top = open.at(-1);
    if (top) emitUntil(top.token, token.start);
    at = Math.max(at, token.start);
    // What reaches beyond the token it begins in would overlap what follows.
    open.push({ token, end: top ? Math.min(top.end, token.end) : token.end });
  }
  closeUntil(Number.MAX_SAFE_INTEGER);
}

/** An instruction of one line has fewer, for which the memory that `sort` takes costs more than it saves. */
const FEW = 32;

function sortTokens(tokens: Token[]): void {
  if (tokens.length > FEW) {
    tokens.sort(inOrder);
    return;
  }
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    let to = i;
    for (; to > 0 && inOrder(tokens[to - 1] as Token, token) > 0; to--)
      tokens[to] = tokens[to - 1] as Token;
    tokens[to] = token;
  }
}

/** Outer ones first. A variable that is the whole of a value still is a variable. */
function inOrder(a: Token, b: Token): number {
  return (
    a.start - b.start ||
    b.end - a.end ||
    Number(a.type === 'variable') - Number(b.type === 'variable')
  );
}

const FEED = 10;
const RETURN = 13;
const NUMBERS: ReadonlyMap<string, number> = new Map(TYPES.map((type, i) => [type, i]));

function createEncoder(source: string, put: Put): Emit {
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
    put(
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
