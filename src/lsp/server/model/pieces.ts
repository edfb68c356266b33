import { readCsv } from '../parser/csv.ts';
import { flagText } from '../parser/flags.ts';
import { isHeredoc } from '../parser/heredocs.ts';
import { readString } from '../parser/json.ts';
import { mountFields } from '../parser/mounts.ts';
import { trim } from '../parser/space.ts';
import type { Flag, Instruction, Span, Tree, Word } from '../parser/tree.ts';
import { toSpan, toWord, wordEscape } from '../parser/tree.ts';
import { argumentWords } from '../parser/words.ts';
import type { Pair } from '../parser/words.ts';

/** A text of an instruction in which the builder replaces variables. */
export interface Piece {
  /** As the builder has it before it replaces variables. */
  readonly text: string;
  /** What it is: a key or a value of ENV, LABEL or ARG, a source, the destination, … */
  readonly role: 'key' | 'value' | 'flag' | 'source' | 'destination' | 'port' | 'heredoc' | 'other';
  /** The word, or a heredoc's body, in the document. */
  readonly span: Word | Span;
  readonly instruction: Instruction;
  readonly escape: string;
  readonly plainQuotes: boolean;
}

const WHOLE = new Set(['WORKDIR', 'USER', 'STOPSIGNAL']);
/** They take pairs of key and value. */
export const PAIRED: ReadonlySet<string> = new Set(['ENV', 'LABEL', 'ARG']);

/**
 * The texts of an instruction that BuildKit expands, in its order (frontend/dockerfile/instructions, Expand and
 * ExpandRaw of each command). RUN has only the fields of its mounts; CMD, ENTRYPOINT, HEALTHCHECK, SHELL, ONBUILD and
 * MAINTAINER have none.
 */
export function piecesOf(
  instruction: Instruction,
  tree: Tree,
  pairs: readonly Pair[],
): readonly Piece[] {
  const { name, logical, args, flags } = instruction;
  const { escape } = tree;
  if (PAIRED.has(name)) {
    const pieces: Piece[] = [];
    for (const { key, value } of pairs) {
      if (name !== 'ARG') pieces.push(wordPiece(key, 'key', instruction, escape));
      if (value) pieces.push(wordPiece(value, 'value', instruction, escape));
    }
    return pieces;
  }
  if (WHOLE.has(name) && args.to > args.from)
    return [wordPiece(toWord(logical, args.from, args.to), 'other', instruction, escape)];
  if (name === 'VOLUME' || name === 'EXPOSE') {
    const role = name === 'EXPOSE' ? 'port' : 'other';
    const pieces = argumentWords(instruction, escape).map((word) =>
      wordPiece(word, role, instruction, escape),
    );
    return name === 'VOLUME' ? pieces.map(withoutEnd) : pieces;
  }
  if (name === 'RUN' && flags.length > 0)
    return flags
      .filter((flag) => flag.name === 'mount')
      .flatMap((flag) => mountPieces(flag, instruction, escape));
  return name === 'COPY' || name === 'ADD' ? copyPieces(instruction, tree) : NO_PIECES;
}

const NO_PIECES: readonly Piece[] = [];

/** Where `[from, to)` of a piece's text stands in the document. */
export function spanWithin(
  { text, role, span, instruction }: Piece,
  from: number,
  to: number,
): Span {
  if (!('from' in span)) return { start: span.start + from, end: span.start + to };
  const { json, logical } = instruction;
  if (role === 'flag')
    return text === span.text ? toSpan(logical, span.from + from, span.from + to) : span;
  if (!json) return toSpan(logical, span.from + from, span.from + to);
  const raw = (at: number) => {
    let index = span.from + 1;
    for (let left = at; left > 0 && index < span.to; left--)
      index += logical.text[index] !== '\\' ? 1 : logical.text[index + 1] === 'u' ? 6 : 2;
    return index;
  };
  return toSpan(logical, raw(from), raw(to));
}

function copyPieces(instruction: Instruction, { escape, source }: Tree): Piece[] {
  const values = ['chown', 'chmod', 'checksum'].flatMap((name) =>
    instruction.flags.flatMap((flag: Flag) =>
      flag.name === name && flag.value ? [flagPiece(flag.value, instruction, escape)] : [],
    ),
  );
  const words = argumentWords(instruction, escape);
  const files = words
    .map((word, index) =>
      wordPiece(word, index === words.length - 1 ? 'destination' : 'source', instruction, escape),
    )
    // What looks like a heredoc is none of the files, whether it has a text or not.
    .filter(({ role, text }) => role === 'destination' || !isHeredoc(text));
  // Two of one name have the body of the last.
  const bodies = new Map(instruction.heredocs.map((heredoc) => [heredoc.name, heredoc.body]));
  const texts = instruction.heredocs
    .filter(({ expand, operator }) => expand && words.some((word) => isSame(operator, word)))
    .map(({ name, body: own }): Piece => {
      const body = bodies.get(name) ?? own;
      return {
        text: source.slice(body.start, body.end),
        role: 'heredoc',
        span: body,
        instruction,
        escape: '\\',
        plainQuotes: true,
      };
    });
  return [...values, ...files, ...texts];
}

/** Whether a heredoc is an argument: with white space behind its `<<` it is two, and its body goes nowhere. */
function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

/** A word of the arguments; a JSON string without its quotes and escapes. */
function wordPiece(
  word: Word,
  role: Piece['role'],
  instruction: Instruction,
  escape: string,
): Piece {
  const text = instruction.json ? readString(word.text) : word.text;
  return { text, role, span: word, instruction, escape, plainQuotes: false };
}

/** A piece without white space at its end, which the builder drops before a backslash can escape it. */
function withoutEnd(piece: Piece): Piece {
  const { to } = trim(piece.text, 0, piece.text.length);
  return { ...piece, text: piece.text.slice(0, to) };
}

/** The values of a mount's fields. With quotes the fields are known only when those are gone, and may hold commas. */
function mountPieces(flag: Flag, instruction: Instruction, escape: string): Piece[] {
  const { value } = flag;
  if (!value) return [];
  const words = mountFields(flag, instruction);
  if (!/["'\\`]/.test(value.text))
    return words.flatMap((word) =>
      word.value ? [flagPiece(word.value, instruction, escape)] : [],
    );
  const fields = readCsv(flagText(value.text, wordEscape(instruction, escape))) ?? [];
  return fields.flatMap((field, index): Piece[] => {
    const equals = field.indexOf('=');
    if (equals < 0) return [];
    const span = (words.length === fields.length && words[index]?.value) || value;
    const text = field.slice(equals + 1);
    return [{ text, role: 'flag', span, instruction, escape, plainQuotes: false }];
  });
}

/** The value of a flag, whose quotes and backslashes the builder drops before it replaces variables. */
function flagPiece(value: Word, instruction: Instruction, escape: string): Piece {
  const text = flagText(value.text, wordEscape(instruction, escape));
  return { text, role: 'flag', span: value, instruction, escape, plainQuotes: false };
}
