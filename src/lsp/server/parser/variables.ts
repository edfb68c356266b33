import { scriptOf } from '../shell/script.ts';
import type { Heredoc, Instruction, Tree, Word } from './tree.ts';
import { toOffset, toWord } from './tree.ts';

export interface Variable {
  readonly name: Word;
  /** From the `$` to the end of the name, an opening brace included; the name's own where it stands alone. */
  readonly start: number;
  readonly braced: boolean;
  /** Windows looks it up whatever the case of its letters. */
  readonly anyCase?: true;
  readonly instruction: Instruction;
}

const NONE: readonly never[] = [];
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/**
 * The variables that an instruction refers to, nested ones included, in order: those of its arguments and flags and,
 * where the builder or the shell expands them, of its heredocs. Single-quoted and escaped ones are left out.
 * @param isForeign whether cmd or PowerShell runs an instruction's command
 */
export function variablesOf(
  instruction: Instruction,
  tree: Tree,
  isForeign: (instruction: Instruction) => boolean = () => false,
): readonly Variable[] {
  const { logical, keyword, heredocs } = instruction;
  const { text } = logical;
  const carrier = instruction.trigger ?? instruction;
  const foreign =
    COMMANDS.has(carrier.name) &&
    (heredocs.length > 0 || MAY_BE_FOREIGN.test(text)) &&
    isForeign(carrier);
  // Most instructions use none.
  const isUsed = text.includes('$');
  if (!isUsed && !foreign && heredocs.length === 0) return NONE;
  const found: Variable[] = [];
  const push = (name: Word, start: number, braced: boolean) =>
    found.push({ name, start, braced, instruction, ...(foreign ? { anyCase: true } : {}) });
  const add = (at: number, from: number, to: number) =>
    push(toWord(logical, from, to), toOffset(logical, at), from - at > 1);
  const end = foreign ? carrier.args.from : text.length;
  if (isUsed)
    scan(
      text,
      keyword.to,
      end,
      instruction.json ? '\\' : tree.escape,
      instruction.json ? 'none' : COMMANDS.has(carrier.name) ? 'command' : 'words',
      add,
    );
  if (foreign) scanForeign(text, end, text.length, add);
  for (const heredoc of heredocs) {
    const { start, end } = heredoc.body;
    const addInBody = (at: number, from: number, to: number) => {
      const name = { text: tree.source.slice(from, to), from, to, start: from, end: to };
      push(name, at, from - at > 1);
    };
    const quotes = quotesIn(heredoc, instruction, tree.source);
    if (foreign) scanForeign(tree.source, start, end, addInBody);
    else if (quotes) scan(tree.source, start, end, '\\', quotes, addInBody);
  }
  return found;
}

/** What a shell runs, or a program that is given to one. */
export const COMMANDS = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
/** What has cmd or PowerShell look up a variable that is only named. */
const NAMED = String.raw`(?<![\w$.:])(?:env:[\\/]*|defined\s+)|\bGetEnvironmentVariable\(\s*\\?["']`;
/**
 * cmd's `%NAME%` and `!NAME!`, also with `:x=y` behind the name, and PowerShell's `$env:NAME`, for either may call the
 * other; and the names of variables that they are asked for.
 */
const FOREIGN = new RegExp(
  String.raw`(%)([A-Za-z_]\w*)(?::[^%\n]*)?%|(!)([A-Za-z_]\w*)(?::[^!\n]*)?!|(\$\{?env:)([A-Za-z_]\w*)|(${NAMED})([A-Za-z_]\w*)`,
  'giu',
);
/** What every text has in which `FOREIGN` finds something. */
const MAY_BE_FOREIGN = /[$%!]|env|defined/i;

function scanForeign(
  text: string,
  begin: number,
  end: number,
  report: (at: number, from: number, to: number) => void,
): void {
  for (const match of text.slice(begin, end).matchAll(FOREIGN)) {
    const form = [1, 3, 5, 7].find((index) => match[index] !== undefined) ?? 1;
    const from = begin + match.index + (match[form]?.length ?? 0);
    const to = from + (match[form + 1]?.length ?? 0);
    report(form === 7 ? from : begin + match.index, from, to);
  }
}

/** Which quotes keep variables from being replaced: in a command and a script not those of a text that a shell is given. */
type Quotes = 'none' | 'words' | 'command' | 'script';
/** What stands before such a text. */
const GIVEN =
  /(?:^|[\s;&|(/])(?:(?:ba|da|a|k|mk|z)?sh(?:\s+-[\w-]+(?:\s+pipefail)?)*\s+-[a-z]*c|eval)\s+$/;
const LONGEST_GIVEN = 80;

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
  let isGiven = false;
  for (let i = begin; i < end; i++) {
    const char = text[i];
    if (char === escape && (quote !== "'" || (isGiven && text[i + 1] === '$'))) i++;
    else if (quotes !== 'none' && (char === '"' || char === "'")) {
      if (quote === '') {
        quote = char;
        const before = text.slice(Math.max(begin, i - LONGEST_GIVEN), i);
        isGiven = quotes !== 'words' && char === "'" && GIVEN.test(before);
      } else if (quote === char) quote = '';
    } else if (quotes === 'script' && char === '#' && !quote && /\s/.test(text[i - 1] ?? ' ')) {
      // An apostrophe in a comment begins no quotation.
      const feed = text.indexOf('\n', i);
      i = feed < 0 ? end : feed;
    } else if (char === '$' && (quote !== "'" || isGiven)) {
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
