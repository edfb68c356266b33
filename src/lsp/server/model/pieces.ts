import { flagText } from '../parser/flags.ts';
import { mountFields } from '../parser/occurrences.ts';
import type { Flag, Instruction, Span, Tree, Word } from '../parser/tree.ts';
import { toSpan, toWord } from '../parser/tree.ts';
import { argumentWords } from '../parser/words.ts';
import type { Pair } from '../parser/words.ts';

/** A text of an instruction in which the builder replaces variables. */
export interface Piece {
  /** As the builder has it before it replaces variables. */
  readonly text: string;
  /** What it is: a key or a value of ENV, LABEL or ARG, a source, the destination, … */
  readonly role: 'key' | 'value' | 'flag' | 'source' | 'destination' | 'port' | 'heredoc' | 'other';
  /** The word in the document. */
  readonly span: Span;
  /** Where `[from, to)` of `text` stands in the document. */
  readonly spanOf: (from: number, to: number) => Span;
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
export function piecesOf(instruction: Instruction, tree: Tree, pairs: readonly Pair[]): Piece[] {
  const { name, logical, args } = instruction;
  const { escape } = tree;
  const word = (role: Piece['role']) => (part: Word) => wordPiece(part, role, instruction, escape);
  if (PAIRED.has(name))
    return pairs.flatMap(({ key, value }) => {
      const values = value ? [word('value')(value)] : [];
      return name === 'ARG' ? values : [word('key')(key), ...values];
    });
  if (WHOLE.has(name) && args.to > args.from) {
    return [word('other')(toWord(logical, args.from, args.to))];
  }
  if (name === 'VOLUME') return argumentWords(instruction, escape).map(word('other'));
  if (name === 'EXPOSE') return argumentWords(instruction, escape).map(word('port'));
  if (name === 'RUN')
    return instruction.flags
      .filter((flag) => flag.name === 'mount')
      .flatMap((flag) => mountFields(flag, instruction).flatMap(({ value }) => value ?? []))
      .map((value) => flagPiece(value, instruction, escape));
  return name === 'COPY' || name === 'ADD' ? copyPieces(instruction, tree) : [];
}

function copyPieces(instruction: Instruction, { escape, source }: Tree): Piece[] {
  const values = ['chown', 'chmod', 'checksum'].flatMap((name) =>
    instruction.flags.flatMap((flag: Flag) =>
      flag.name === name && flag.value ? [flagPiece(flag.value, instruction, escape)] : [],
    ),
  );
  const words = argumentWords(instruction, escape);
  const files = words
    .filter(
      (word, index) =>
        index === words.length - 1 ||
        !instruction.heredocs.some(({ operator }) => isSame(operator, word)),
    )
    .map((word, index, all) =>
      wordPiece(word, index === all.length - 1 ? 'destination' : 'source', instruction, escape),
    );
  const bodies = instruction.heredocs
    .filter(({ expand, operator }) => expand && words.some((word) => isSame(operator, word)))
    .map(({ body }): Piece => ({
      text: source.slice(body.start, body.end),
      role: 'heredoc',
      span: body,
      spanOf: (from, to) => ({ start: body.start + from, end: body.start + to }),
      escape: '\\',
      plainQuotes: true,
    }));
  return [...values, ...files, ...bodies];
}

/** Whether a heredoc is an argument: with white space behind its `<<` it is two, and its body goes nowhere. */
function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

/** A word of the arguments; a JSON string without its quotes and escapes. */
function wordPiece(
  word: Word,
  role: Piece['role'],
  { json, logical }: Instruction,
  escape: string,
): Piece {
  if (!json) {
    const spanOf = (from: number, to: number) => toSpan(logical, word.from + from, word.from + to);
    return { text: word.text, role, span: word, spanOf, escape, plainQuotes: false };
  }
  let text = word.text;
  try {
    text = JSON.parse(word.text) as string;
  } catch {
    // The instruction as a whole has been read as JSON, so this is one that is being typed: its raw text serves.
  }
  const raw = (at: number) => {
    let index = word.from + 1;
    for (let left = at; left > 0 && index < word.to; left--)
      index += logical.text[index] !== '\\' ? 1 : logical.text[index + 1] === 'u' ? 6 : 2;
    return index;
  };
  const spanOf = (from: number, to: number) => toSpan(logical, raw(from), raw(to));
  return { text, role, span: word, spanOf, escape, plainQuotes: false };
}

/** The value of a flag, whose quotes and backslashes the builder drops before it replaces variables. */
function flagPiece(value: Word, { logical }: Instruction, escape: string): Piece {
  const text = flagText(value.text, escape);
  return {
    text,
    role: 'flag',
    span: value,
    spanOf:
      text === value.text
        ? (from, to) => toSpan(logical, value.from + from, value.from + to)
        : () => value,
    escape,
    plainQuotes: false,
  };
}
