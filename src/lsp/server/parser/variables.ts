import { scriptOf } from '../shell/script.ts';
import type { Heredoc, Instruction, Tree, Word } from './tree.ts';
import { toOffset, toWord } from './tree.ts';

export interface Variable {
  readonly name: Word;
  /** From the `$` to the end of the name, an opening brace included. */
  readonly start: number;
  readonly braced: boolean;
  readonly instruction: Instruction;
}

const NONE: readonly never[] = [];
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/**
 * The variables that an instruction refers to, nested ones included, in order: those of its arguments and flags and,
 * where the builder or the shell expands them, of its heredocs. Single-quoted and escaped ones are left out.
 */
export function variablesOf(instruction: Instruction, tree: Tree): readonly Variable[] {
  const { logical, keyword } = instruction;
  // Most instructions use none.
  const isUsed = logical.text.includes('$');
  if (!isUsed && instruction.heredocs.length === 0) return NONE;
  const found: Variable[] = [];
  if (isUsed)
    scan(
      logical.text,
      keyword.to,
      logical.text.length,
      instruction.json ? '\\' : tree.escape,
      instruction.json ? 'none' : 'words',
      (at, from, to) =>
        found.push({
          name: toWord(logical, from, to),
          start: toOffset(logical, at),
          braced: from - at > 1,
          instruction,
        }),
    );
  for (const heredoc of instruction.heredocs) {
    const quotes = quotesIn(heredoc, instruction, tree.source);
    if (!quotes) continue;
    const { start, end } = heredoc.body;
    scan(tree.source, start, end, '\\', quotes, (at, from, to) => {
      const name = { text: tree.source.slice(from, to), from, to, start: from, end: to };
      found.push({ name, start: at, braced: from - at > 1, instruction });
    });
  }
  return found;
}

/** Which quotes keep variables from being replaced. */
type Quotes = 'none' | 'words' | 'script';

/** Those of a heredoc; undefined where nothing in it is replaced. The script of a RUN is its shell's, whatever its name's quotes say. */
function quotesIn(
  { operator, expand }: Heredoc,
  instruction: Instruction,
  source: string,
): Quotes | undefined {
  const { name, logical, args, heredocs } = instruction;
  const isScript =
    name === 'RUN' &&
    heredocs.length === 1 &&
    logical.text.slice(args.from, args.to).trim() === source.slice(operator.start, operator.end);
  if (isScript) return scriptOf(instruction, source) && 'script';
  return expand ? 'none' : undefined;
}

function scan(
  text: string,
  begin: number,
  end: number,
  escape: string,
  quotes: Quotes,
  report: (at: number, from: number, to: number) => void,
): void {
  let quote = '';
  for (let i = begin; i < end; i++) {
    const char = text[i];
    if (char === escape && quote !== "'") i++;
    else if (quotes !== 'none' && (char === '"' || char === "'")) {
      if (quote === '') quote = char;
      else if (quote === char) quote = '';
    } else if (quotes === 'script' && char === '#' && !quote && /\s/.test(text[i - 1] ?? ' ')) {
      // An apostrophe in a comment begins no quotation.
      const feed = text.indexOf('\n', i);
      i = feed < 0 ? end : feed;
    } else if (char === '$' && quote !== "'") {
      // `${#NAME}` is the length.
      const from = text[i + 1] !== '{' ? i + 1 : text[i + 2] === '#' ? i + 3 : i + 2;
      NAME.lastIndex = from;
      const name = NAME.exec(text)?.[0];
      if (name && from + name.length <= end) {
        report(i, from, from + name.length);
        i = from + name.length - 1;
      }
    }
  }
}
