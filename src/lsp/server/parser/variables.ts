import type { Instruction, Tree, Word } from './tree.ts';
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
      !instruction.json,
      (at, from, to) =>
        found.push({
          name: toWord(logical, from, to),
          start: toOffset(logical, at),
          braced: from - at === 2,
          instruction,
        }),
    );
  for (const heredoc of instruction.heredocs) {
    if (!heredoc.expand) continue;
    const { start, end } = heredoc.body;
    scan(tree.source, start, end, '\\', false, (at, from, to) => {
      const name = { text: tree.source.slice(from, to), from, to, start: from, end: to };
      found.push({ name, start: at, braced: from - at === 2, instruction });
    });
  }
  return found;
}

function scan(
  text: string,
  begin: number,
  end: number,
  escape: string,
  quotes: boolean,
  report: (at: number, from: number, to: number) => void,
): void {
  let quote = '';
  for (let i = begin; i < end; i++) {
    const char = text[i];
    if (char === escape && quote !== "'") i++;
    else if (quotes && (char === '"' || char === "'")) {
      if (quote === '') quote = char;
      else if (quote === char) quote = '';
    } else if (char === '$' && quote !== "'") {
      const from = text[i + 1] === '{' ? i + 2 : i + 1;
      NAME.lastIndex = from;
      const name = NAME.exec(text)?.[0];
      if (name && from + name.length <= end) {
        report(i, from, from + name.length);
        i = from + name.length - 1;
      }
    }
  }
}
