import type { ShellPattern } from './pattern.ts';
import { readPattern, replaceMatches, turned, withoutPrefix, withoutSuffix } from './pattern.ts';

/** A variable that a word refers to; offsets count in the word. */
export interface Reference {
  readonly name: string;
  /** Where the name stands. */
  readonly from: number;
  readonly to: number;
  /** Where the whole reference begins, at its `$`. */
  readonly start: number;
  /** Behind the name, or behind the closing brace. */
  readonly end: number;
  /** What it has; undefined when it isn't set. */
  readonly value: string | undefined;
}

interface ExpandError {
  /** In BuildKit's words. */
  readonly message: string;
  /** What it is about, in the word. */
  readonly from: number;
  readonly to: number;
}

export interface Expansion {
  /** The word with variables replaced and quotes taken away; empty when there is an error. */
  readonly value: string;
  /** The same, split at white space outside quotes; undefined when there is nothing to expand. See `wordsOf`. */
  readonly words: readonly string[] | undefined;
  /** Each reference read, in order, those without a value too. Where an error ends the reading, the ones before it. */
  readonly references: readonly Reference[];
  readonly error: ExpandError | undefined;
}

/** What variables have. Answers undefined for one that isn't set. */
export type Lookup = (name: string) => string | undefined;

interface ExpandOptions {
  readonly escape: string;
  /** Quotes mean nothing, as in heredocs. */
  readonly plainQuotes?: boolean;
}

/** Values grow no longer: `ENV A=$A$A` thirty times over must not fill the memory. */
const LONGEST_VALUE = 65_536;
/** Defaults within defaults are read to this depth. */
const DEEPEST = 200;

/** Without any of these a word is what it becomes. */
const SPECIAL_TEXT = /[$"'\\`\uFEFF]/;
const NO_REFERENCES: readonly Reference[] = [];

const LETTER = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;
const SPECIAL = new Set(['@', '*', '#', '?', '-', '$', '!']);
const BLANK = /[\t\n\v\f\r \u0085\p{Z}]/u;
const BLANKS = /[\t\n\v\f\r \u0085\p{Z}]+/u;

/**
 * Expands a word of an instruction the way BuildKit does (frontend/dockerfile/shell, ProcessWord and ProcessWords):
 * `$NAME`, `${NAME}` and `${NAME…}` with the modifiers `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`, quotes
 * and escapes. Never throws, and takes time linear in the word's and the values' length.
 */
export function expand(word: string, lookup: Lookup, options: ExpandOptions): Expansion {
  // Most words have nothing to expand.
  if (!SPECIAL_TEXT.test(word)) return plain(word);
  const reader: Reader = {
    text: word,
    at: word.startsWith('\uFEFF') ? 1 : 0,
    depth: 0,
    inner: 0,
    references: [],
    error: undefined,
    escape: options.escape,
    quotes: options.plainQuotes !== true,
    lookup,
  };
  const read = readUntil(reader, undefined, false);
  if (!read) return { value: '', words: [], references: reader.references, error: reader.error };
  return { ...read, references: reader.references, error: undefined };
}

/** What becomes of a word that has nothing to expand. */
function plain(word: string): Expansion {
  return { value: word, words: undefined, references: NO_REFERENCES, error: undefined };
}

/** What a word becomes, split at white space outside quotes, as EXPOSE takes it. */
export function wordsOf({ value, words }: Expansion): readonly string[] {
  return words ?? value.split(BLANKS).filter((part) => part !== '');
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  /** How many words within references have been begun. */
  inner: number;
  readonly references: Reference[];
  error: ExpandError | undefined;
  readonly escape: string;
  readonly quotes: boolean;
  readonly lookup: Lookup;
}

function peek(reader: Reader): string | undefined {
  const code = reader.text.codePointAt(reader.at);
  return code === undefined ? undefined : String.fromCodePoint(code);
}

function next(reader: Reader): string | undefined {
  const char = peek(reader);
  reader.at += char?.length ?? 0;
  return char;
}

/** Notes an error, unless a deeper one is known, and answers undefined. */
function fail(reader: Reader, message: string, from: number): undefined {
  reader.error ??= { message, from, to: Math.max(reader.at, from + 1) };
  return undefined;
}

/** At the end of the text another message takes the place of what failed within. */
function failAtEnd(reader: Reader, message: string, from: number): undefined {
  if (reader.at >= reader.text.length) reader.error = undefined;
  return fail(reader, message, from);
}

interface Read {
  readonly value: string;
  readonly words: readonly string[];
}

/** Reads up to `stop`, which is taken too; `rawEscapes` leaves escape characters in. */
function readUntil(
  reader: Reader,
  stop: string | undefined,
  rawEscapes: boolean,
): Read | undefined {
  const from = reader.at;
  if (stop !== undefined) reader.inner++;
  let { inner } = reader;
  let value = '';
  let word = '';
  const words: string[] = [];
  const end = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  // The builder reads the word of a modifier into the place of the one that it stands in, whose beginning is lost.
  const forget = () => {
    if (reader.inner !== inner) word = '';
    ({ inner } = reader);
  };
  for (;;) {
    const char = peek(reader);
    if (char === undefined) break;
    let part: string | undefined;
    if (char === stop) {
      next(reader);
      end();
      return { value, words };
    }
    if (char === '$') {
      part = readDollar(reader);
      if (part === undefined) return undefined;
      forget();
      for (const [index, piece] of part.split(BLANK).entries()) {
        if (index > 0) end();
        word += piece;
      }
    } else if (reader.quotes && char === "'") {
      part = readSingleQuote(reader);
      if (part === undefined) return undefined;
      word += part;
    } else if (reader.quotes && char === '"') {
      part = readDoubleQuote(reader, rawEscapes);
      if (part === undefined) return undefined;
      forget();
      word += part;
    } else if (char === reader.escape) {
      next(reader);
      part = rawEscapes ? char : '';
      part += next(reader) ?? '';
      word += part;
    } else {
      next(reader);
      part = char;
      if (BLANK.test(char)) end();
      else word += char;
    }
    value = limited(value + part);
    word = limited(word);
  }
  if (stop !== undefined)
    return fail(
      reader,
      `unexpected end of statement while looking for matching ${stop}`,
      Math.min(from, reader.text.length - 1),
    );
  end();
  return { value, words };
}

function limited(text: string): string {
  return text.length > LONGEST_VALUE ? text.slice(0, LONGEST_VALUE) : text;
}

function readSingleQuote(reader: Reader): string | undefined {
  const from = reader.at;
  next(reader);
  const begin = reader.at;
  const close = reader.text.indexOf("'", begin);
  if (close < 0) {
    reader.at = reader.text.length;
    return fail(
      reader,
      'unexpected end of statement while looking for matching single-quote',
      from,
    );
  }
  reader.at = close + 1;
  return reader.text.slice(begin, close);
}

function readDoubleQuote(reader: Reader, rawEscapes: boolean): string | undefined {
  const from = reader.at;
  next(reader);
  let value = '';
  for (;;) {
    const char = peek(reader);
    if (char === undefined)
      return fail(
        reader,
        'unexpected end of statement while looking for matching double-quote',
        from,
      );
    if (char === '"') {
      next(reader);
      return value;
    }
    if (char === '$') {
      const part = readDollar(reader);
      if (part === undefined) return undefined;
      value = limited(value + part);
      continue;
    }
    next(reader);
    let kept: string = char;
    if (char === reader.escape) {
      if (rawEscapes) value += char;
      const after = peek(reader);
      if (after === undefined) continue;
      if (after === '"' || after === '$' || after === reader.escape) kept = next(reader) ?? '';
    }
    value = limited(value + kept);
  }
}

function readName(reader: Reader): string {
  const from = reader.at;
  const first = peek(reader);
  if (first === undefined) return '';
  if (SPECIAL.has(first)) {
    next(reader);
    return first;
  }
  const allowed = DIGIT.test(first) ? DIGIT : LETTER;
  for (let char = peek(reader); char !== undefined && allowed.test(char); char = peek(reader))
    next(reader);
  return reader.text.slice(from, reader.at);
}

function readDollar(reader: Reader): string | undefined {
  const start = reader.at;
  next(reader);
  if (peek(reader) !== '{') {
    const from = reader.at;
    const name = readName(reader);
    if (name === '') return '$';
    return refer(reader, { name, from, to: reader.at, start }) ?? '';
  }
  next(reader);
  const first = peek(reader);
  if (first === undefined) return fail(reader, "syntax error: missing '}'", start);
  if (first === '{' || first === '}' || first === ':')
    return fail(reader, 'syntax error: bad substitution', start);
  if (reader.depth >= DEEPEST) return fail(reader, 'substitutions are nested too deeply', start);
  reader.depth++;
  const from = reader.at;
  const name = readName(reader);
  const value = readModifier(reader, { name, from, to: reader.at, start });
  reader.depth--;
  return value;
}

type Named = Pick<Reference, 'name' | 'from' | 'to' | 'start'>;

/** Notes a reference that has been read to its end, and answers its value. */
function refer(reader: Reader, named: Named): string | undefined {
  const value = reader.lookup(named.name);
  reader.references.push({ ...named, end: reader.at, value });
  return value;
}

/** Reads what follows the name in `${name…}`. */
function readModifier(reader: Reader, named: Named): string | undefined {
  const { start } = named;
  const mark = next(reader);
  if (mark === '}') return refer(reader, named) ?? '';
  if (mark === '/') return readReplacement(reader, named);
  const nullIsUnset = mark === ':';
  const modifier = nullIsUnset ? next(reader) : mark;
  const shown = (nullIsUnset ? ':' : '') + (modifier ?? '\uFFFD');
  const trims = modifier === '#' || modifier === '%';
  const known = trims || modifier === '-' || modifier === '+' || modifier === '?';
  if (nullIsUnset ? trims : !known)
    return fail(reader, `unsupported modifier (${shown}) in substitution`, start);
  const word = readUntil(reader, '}', trims)?.value;
  if (word === undefined) return failAtEnd(reader, "syntax error: missing '}'", start);
  const value = refer(reader, named);
  const empty = value === undefined || (nullIsUnset && value === '');
  switch (modifier) {
    case '-':
      return empty ? word : value;
    case '+':
      return empty ? '' : word;
    case '?': {
      if (!empty) return value;
      const reason =
        word === '' ? `is not allowed to be ${value === undefined ? 'unset' : 'empty'}` : word;
      return fail(reader, `${named.name}: ${reason}`, start);
    }
    case '#':
    case '%': {
      const greedy = word.startsWith(modifier);
      const text = greedy ? word.slice(1) : word;
      if (modifier === '%') {
        const pattern = patternOf(reader, turned(text), start);
        return pattern && withoutSuffix(pattern, value ?? '', greedy);
      }
      const pattern = patternOf(reader, text, start);
      return pattern && withoutPrefix(pattern, value ?? '', greedy);
    }
    case undefined:
    default:
      return fail(reader, `unsupported modifier (${shown}) in substitution`, start);
  }
}

function readReplacement(reader: Reader, named: Named): string | undefined {
  const { start } = named;
  const all = peek(reader) === '/';
  if (all) next(reader);
  const text = readUntil(reader, '/', true)?.value;
  if (text === undefined) return failAtEnd(reader, "syntax error: missing '/' in ${}", start);
  const replacement = readUntil(reader, '}', true)?.value;
  if (replacement === undefined) return failAtEnd(reader, "syntax error: missing '}'", start);
  const value = refer(reader, named) ?? '';
  const pattern = patternOf(reader, text, start);
  return pattern && limited(replaceMatches(pattern, value, replacement, all));
}

/** The pattern that a text of a substitution is; undefined, with an error, when it is none. */
function patternOf(reader: Reader, text: string, start: number): ShellPattern | undefined {
  const pattern = readPattern(text);
  if (typeof pattern !== 'string') return pattern;
  const problem = `invalid pattern (${text}) in substitution: invalid escape '${pattern}'`;
  return fail(reader, problem, start);
}
