import type { Heredoc, Instruction, Logical } from '../parser/tree.ts';
import { pieceAt, toOffset } from '../parser/tree.ts';

/** Shell text of an instruction with the way back to the document. */
export interface Script {
  /** What the shell reads. */
  readonly text: string;
  /** Position `i` of `text` is position `base + i` of this. */
  readonly logical: Logical;
  readonly base: number;
  /**
   * `line`: the arguments of the shell form. `heredoc`: the body of a heredoc that is a script. `exec`: the strings of
   * a JSON array joined by spaces, where no text may be inserted as if it were a line.
   */
  readonly form: 'line' | 'heredoc' | 'exec';
  /** The shell that the text itself asks for: that of a heredoc's first line, or the one that it is given to. */
  readonly program?: string;
}

/** Longer ones aren't looked into: nobody writes them, and they'd hold up the editor. In UTF-16 units. */
const LONGEST = 256 * 1024;
/** A program gets all that follows it on the first line as one word, which `env -S` takes apart. */
const SHEBANG = /^#![ \t]*(\S+)(?:[ \t]+(?:-S[ \t]*)?(\S+))?/;
const SHELL_LINE = /^(?:\S*\/)?((?:ba|da|a|z|k)?sh)(?:[ \t]+-\S*)*$/;
const POSIX = /^(?:ba|da|a|z|k)?sh$/;

/**
 * The shell text of a RUN, or of another instruction's command. Undefined when no shell reads it: a heredoc for another
 * interpreter, or a text beyond every measure.
 */
export function scriptOf(instruction: Instruction, source: string): Script | undefined {
  const { logical, args, json, heredocs } = instruction;
  if (args.to - args.from > LONGEST) return undefined;
  if (json) return execScript(instruction);
  const text = logical.text.slice(args.from, args.to);
  const [only, second] = heredocs;
  if (only && !second) {
    const rest = textAround(instruction, only, source);
    const given = SHELL_LINE.exec(rest)?.[1];
    if (rest === '' || given) return heredocScript(only, source, given);
  }
  return { text, logical, base: args.from, form: 'line' };
}

/** The arguments without the word that opens the heredoc. */
function textAround(instruction: Instruction, heredoc: Heredoc, source: string): string {
  const { logical, args } = instruction;
  const word = source.slice(heredoc.operator.start, heredoc.operator.end);
  const text = logical.text.slice(args.from, args.to);
  const at = text.indexOf(word);
  return at < 0 ? text : `${text.slice(0, at)}${text.slice(at + word.length)}`.trim();
}

function heredocScript(
  { body }: Heredoc,
  source: string,
  given: string | undefined,
): Script | undefined {
  if (body.end - body.start > LONGEST) return undefined;
  const raw = source.slice(body.start, body.end);
  // A shell that is given the text takes its first line for a comment.
  const program = given ?? interpreter(raw);
  if (program !== undefined && !POSIX.test(program)) return undefined;
  // Of the same length, so that positions stay: the builder drops CR, and a shell would take it for a word's letter.
  const text = raw.replaceAll('\\\r\n', ' \\\n').replaceAll('\r\n', ' \n');
  return {
    text,
    logical: { text: raw, starts: [0], offsets: [body.start] },
    base: 0,
    form: 'heredoc',
    ...(program !== undefined && { program }),
  };
}

/** The program that the first line of a script names. */
function interpreter(text: string): string | undefined {
  const shebang = SHEBANG.exec(text);
  if (!shebang) return undefined;
  const [, path = '', argument = ''] = shebang;
  return path.endsWith('/env') ? argument : path.slice(path.lastIndexOf('/') + 1);
}

/** The strings of the exec form in one line, as if a shell had split them: rules see its program and arguments. */
function execScript({ logical, args }: Instruction): Script {
  const starts: number[] = [];
  const offsets: number[] = [];
  let text = '';
  const put = (piece: string, at: number) => {
    const piecewise = toDocument(logical, at, piece.length);
    for (const { from, offset } of piecewise) {
      starts.push(text.length + from);
      offsets.push(offset);
    }
    text += piece;
  };
  for (let i = args.from; i < args.to; i++) {
    if (logical.text[i] !== '"') continue;
    if (text !== '') put(' ', i);
    for (i++; i < args.to && logical.text[i] !== '"'; i++) {
      if (logical.text[i] !== '\\') {
        const from = i;
        while (i + 1 < args.to && !/["\\]/.test(logical.text[i + 1] as string)) i++;
        put(logical.text.slice(from, i + 1), from);
        continue;
      }
      const length = logical.text[i + 1] === 'u' ? 6 : 2;
      put(unescape(logical.text.slice(i, i + length)), i);
      i += length - 1;
    }
  }
  if (starts.length === 0) put('', args.from);
  return { text, logical: { text, starts, offsets }, base: 0, form: 'exec' };
}

/** Where the pieces of `[at, at + length)` of a logical text begin in the document. */
function toDocument(
  logical: Logical,
  at: number,
  length: number,
): { from: number; offset: number }[] {
  const pieces = [{ from: 0, offset: toOffset(logical, at) }];
  for (let i = pieceAt(logical, at) + 1; i < logical.starts.length; i++) {
    const start = logical.starts[i] ?? 0;
    if (start >= at + length) break;
    pieces.push({ from: start - at, offset: logical.offsets[i] ?? 0 });
  }
  return pieces;
}

function unescape(escaped: string): string {
  try {
    return String(JSON.parse(`"${escaped}"`));
  } catch {
    // The arguments were parsed as JSON before, so this is only for texts that a cut has damaged: they stay as written.
    return escaped;
  }
}
