import type { TokenType } from './tokenTypes.ts';
import { TYPES } from './tokenTypes.ts';

/**
 * Tokens in the form that LSP wants, five numbers each, relative to the one before: in pieces of {@link PIECE} numbers,
 * the last one shorter. Memory of many pages that the process never had would cost more than to fill it.
 */
export type Tokens = readonly Uint32Array[];

/** Numbers in a piece of tokens. */
export const PIECE = 4096;

/** Writes tokens of a text, part by part. */
interface TokenWriter {
  /** Takes the tokens of a part in any order. */
  readonly add: (start: number, end: number, type: TokenType, modifiers: number) => void;
  /** Ends a part: all tokens to come are behind those that came. */
  readonly endPart: () => void;
  /**
   * All tokens. One that others lie in is cut by them, and line ends cut all; white space at the start of a line is left
   * out, and so is what is empty.
   */
  readonly all: () => Tokens;
}

// A token is kept as one number: its start, then how far it ends before the largest offset, its type and its modifiers.
// In order of these numbers outer ones come first. Objects for the tokens of a long file would outlive several rounds of
// the garbage collector.
const MODIFIER_BITS = 2;
const KIND_BITS = MODIFIER_BITS + 4;
const KIND = 2 ** KIND_BITS - 1;
const OFFSET_BITS = 21;
const LAST = 2 ** OFFSET_BITS - 1;
const START = 2 ** (OFFSET_BITS + KIND_BITS);

const pack = (end: number, kind: number) => ((LAST - end) << KIND_BITS) | kind;
const endOf = (packed: number) => LAST - (packed >> KIND_BITS);
const kindOf = (packed: number) => packed & KIND;

/** A part of so few tokens is kept in order from the start. */
const FEW = 64;

/** Linear in the text and the tokens, but for the sorting of large parts; of texts of up to two million UTF-16 units. */
export function createTokenWriter(source: string): TokenWriter {
  const numbers = createNumbers();
  const flatten = createFlatten(createEncoder(source, numbers.push));
  let tokens = new Float64Array(FEW);
  let count = 0;
  const endPart = () => {
    const part = tokens.subarray(0, count);
    flatten(count > FEW ? part.sort() : part);
    count = 0;
  };
  return {
    add(start, end, type, modifiers) {
      if (end <= start) return;
      if (count === tokens.length) {
        const larger = new Float64Array(count * 2);
        larger.set(tokens);
        tokens = larger;
      }
      const kind = ((NUMBERS.get(type) ?? 0) << MODIFIER_BITS) | modifiers;
      const token = start * START + pack(end, kind);
      let at = count++;
      if (at < FEW)
        for (; at > 0 && (tokens[at - 1] as number) > token; at--)
          tokens[at] = tokens[at - 1] as number;
      tokens[at] = token;
    },
    endPart,
    all() {
      endPart();
      return numbers.all();
    },
  };
}

function createNumbers(): { push: (value: number) => void; all: () => Tokens } {
  const full: Uint32Array[] = [];
  let last = new Uint32Array(PIECE);
  let count = 0;
  return {
    push(value) {
      if (count === PIECE) {
        full.push(last);
        last = new Uint32Array(PIECE);
        count = 0;
      }
      last[count++] = value;
    },
    all: () => [...full, last.subarray(0, count)],
  };
}

const NUMBERS: ReadonlyMap<TokenType, number> = new Map(TYPES.map((type, i) => [type, i]));

/** Takes a stretch of the text with a token's type and modifiers as they are kept. */
type Emit = (start: number, end: number, kind: number) => void;

/** Makes what emits the sorted tokens of a part, cut where narrower ones lie inside. */
function createFlatten(emit: Emit): (tokens: Float64Array) => void {
  /** The tokens that `at` lies in, packed, the innermost one last. */
  const open: number[] = [];
  let at = 0;
  const emitUntil = (end: number, kind: number) => {
    if (end > at) emit(at, end, kind);
    at = Math.max(at, end);
  };
  const closeUntil = (offset: number) => {
    for (let top = open.at(-1); top !== undefined && endOf(top) <= offset; top = open.at(-1)) {
      emitUntil(endOf(top), kindOf(top));
      open.pop();
    }
  };
  return (tokens) => {
    for (const token of tokens) {
      const start = Math.floor(token / START);
      const packed = token - start * START;
      closeUntil(start);
      const top = open.at(-1);
      if (top !== undefined) emitUntil(start, kindOf(top));
      at = Math.max(at, start);
      // What reaches beyond the token it begins in would overlap what follows.
      const end = top === undefined ? endOf(packed) : Math.min(endOf(top), endOf(packed));
      open.push(pack(end, kindOf(packed)));
    }
    closeUntil(LAST);
  };
}

const FEED = 10;
const RETURN = 13;

/** Cuts stretches at line ends and puts each as five numbers. They must come in order. */
function createEncoder(source: string, put: (value: number) => void): Emit {
  let line = 0;
  let lineStart = 0;
  let at = 0;
  let lastLine = 0;
  let lastCharacter = 0;
  const push = (start: number, end: number, kind: number) => {
    if (end <= start) return;
    for (; at < start; at++) {
      const code = source.charCodeAt(at);
      if (code === FEED || (code === RETURN && source.charCodeAt(at + 1) !== FEED)) {
        line++;
        lineStart = at + 1;
      }
    }
    const character = start - lineStart;
    put(line - lastLine);
    put(line === lastLine ? character - lastCharacter : character);
    put(end - start);
    put(kind >> MODIFIER_BITS);
    put(kind & (2 ** MODIFIER_BITS - 1));
    lastLine = line;
    lastCharacter = character;
  };
  return (start, end, kind) => {
    let from = start;
    for (let i = start; i < end; i++) {
      const code = source.charCodeAt(i);
      if (code !== FEED && code !== RETURN) continue;
      push(from, i, kind);
      from = i + 1;
      while (from < end && (source[from] === ' ' || source[from] === '\t')) from++;
      i = from - 1;
    }
    push(from, end, kind);
  };
}
