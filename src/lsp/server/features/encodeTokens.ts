import type { TokenType } from './tokenTypes.ts';
import { TYPES } from './tokenTypes.ts';

/** Writes tokens of a text in the form that LSP wants: five numbers each, relative to the one before. */
interface TokenWriter {
  /** Takes the tokens in any order. */
  readonly add: (start: number, end: number, type: TokenType, modifiers: number) => void;
  /**
   * All tokens. One that others lie in is cut by them, and line ends cut all; white space at the start of a line is left
   * out, and so is what is empty.
   */
  readonly data: () => number[];
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

/** Linear in the text and the tokens, but for the sorting; of texts of up to two million UTF-16 units. */
export function createTokenWriter(source: string): TokenWriter {
  // Of most texts a token is more than eight characters long with what is behind it.
  let tokens = new Float64Array(Math.ceil(source.length / 8) + 16);
  let count = 0;
  return {
    add(start, end, type, modifiers) {
      if (end <= start) return;
      if (count === tokens.length) {
        const larger = new Float64Array(count * 2);
        larger.set(tokens);
        tokens = larger;
      }
      const kind = ((NUMBERS.get(type) ?? 0) << MODIFIER_BITS) | modifiers;
      tokens[count++] = start * START + pack(end, kind);
    },
    data() {
      const numbers = createNumbers();
      flatten(tokens.subarray(0, count).sort(), createEncoder(source, numbers.push));
      return numbers.all();
    },
  };
}

const PIECE = 4096;
const NO_NUMBERS: readonly number[] = [];

/**
 * An array that numbers are appended to. One of megabytes that grows would take memory that the process never had each
 * time, which costs more than to fill it, so this is made at once of short pieces.
 */
function createNumbers(): { push: (value: number) => void; all: () => number[] } {
  let last: number[] = [];
  const pieces = [last];
  return {
    push(value) {
      if (last.length === PIECE) pieces.push((last = []));
      last.push(value);
    },
    // flat() would go through the numbers one by one.
    all: () => NO_NUMBERS.concat(...pieces),
  };
}

const NUMBERS: ReadonlyMap<TokenType, number> = new Map(TYPES.map((type, i) => [type, i]));

/** Takes a stretch of the text with a token's type and modifiers as they are kept. */
type Emit = (start: number, end: number, kind: number) => void;

/** Emits sorted tokens, cut where narrower ones lie inside. */
function flatten(tokens: Float64Array, emit: Emit): void {
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
