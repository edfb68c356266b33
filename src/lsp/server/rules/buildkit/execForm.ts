import type { Instruction, Word } from '../../parser/tree.ts';
import { toSpan, toWord } from '../../parser/tree.ts';
import type { Fix } from '../rule.ts';

/** Words that only a shell knows. */
const BUILTINS = new Set(
  '. : [ alias bg break case cd command continue do eval exit export fg for function getopts hash if jobs local read readonly return select set shift source test time times trap type ulimit umask unalias unset until wait while {'.split(
    ' ',
  ),
);
/** A command with more words than this isn't rewritten word by word. */
const MOST_WORDS = 200;

/** Ways to write a shell form as JSON: the words themselves when it is a plain command, and through a shell. */
export function execForms(instruction: Instruction): Fix[] {
  const { logical, args, heredocs } = instruction;
  const text = logical.text.slice(args.from, args.to);
  // What looks like a heredoc or a broken array needs a person.
  if (text === '' || heredocs.length > 0 || text.includes('<<') || text.startsWith('[')) return [];
  const plain = plainWords(instruction);
  return [...(plain ? [asWords(plain)] : []), throughShell(instruction)];
}

/**
 * The words of a text in which a shell would replace, part or call nothing.
 * @param isCommand the first of them is what it would run
 */
export function plainText(text: string, isCommand: boolean): string[] | undefined {
  const logical = { text, starts: [0], offsets: [0] };
  const words = wordsOf({ logical, args: { from: 0, to: text.length } });
  const plain = words && isCommand ? asCommand(words) : words;
  const values = plain?.map(({ value }) => value);
  return isCommand && values?.[0] === 'exec' ? values.slice(1) : values;
}

interface PlainWord {
  readonly word: Word;
  readonly value: string;
}

/** The words of a command in which the shell would replace, part or call nothing. */
function plainWords(instruction: Instruction): PlainWord[] | undefined {
  const words = wordsOf(instruction);
  return words && asCommand(words);
}

/** The words of a text, unless there is something in it that means more to a shell. */
function wordsOf({
  logical,
  args,
}: Pick<Instruction, 'logical' | 'args'>): PlainWord[] | undefined {
  const text = logical.text.slice(args.from, args.to);
  const words: PlainWord[] = [];
  const token = /[ \t]+|[\w./:=@%+,^-]+|"[^"$`\\!]*"|'[^']*'|[^]/gy;
  let current: { from: number; to: number; value: string } | undefined;
  const finish = () => {
    if (!current) return;
    const { from, to, value } = current;
    words.push({ word: toWord(logical, args.from + from, args.from + to), value });
    current = undefined;
  };
  for (const match of text.matchAll(token)) {
    const [part] = match;
    const from = match.index;
    if (/^[ \t]/.test(part)) {
      finish();
      continue;
    }
    const quoted = part.length > 1 && /^["']/.test(part);
    if (!quoted && !/^[\w./:=@%+,^-]/.test(part)) return undefined;
    const value = quoted ? part.slice(1, -1) : part;
    const begun: typeof current = current ?? { from, to: from, value: '' };
    current = { from: begun.from, to: from + part.length, value: begun.value + value };
  }
  finish();
  return words.length > 0 && words.length <= MOST_WORDS ? words : undefined;
}

/** The words of a command, unless the shell is what runs it. */
function asCommand(words: PlainWord[]): PlainWord[] | undefined {
  const [first] = words;
  if (!first) return undefined;
  if (BUILTINS.has(first.value) || /^\w+=/.test(first.value)) return undefined;
  // The command that `exec` runs takes the shell's place, and there is none.
  if (first.value === 'exec') return words.length > 1 ? words : undefined;
  return words;
}

function asWords(words: readonly PlainWord[]): Fix {
  const exec = words[0]?.value === 'exec' ? 1 : 0;
  const kept = words.slice(exec);
  const edits = kept.map(({ word, value }, index) => ({
    span: index === 0 ? { start: words[0]?.word.start ?? word.start, end: word.end } : word,
    text:
      (index === 0 ? '[' : '') + JSON.stringify(value) + (index === kept.length - 1 ? ']' : ','),
  }));
  return { title: 'Run the program without a shell', edits };
}

/** The same command given to `/bin/sh -c`, which is what the builder makes of it too. */
function throughShell({ logical, args }: Instruction): Fix {
  const edits = [];
  const text = logical.text.slice(args.from, args.to);
  for (const { index, 0: char } of text.matchAll(/["\\\p{Cc}]/gu)) {
    const span = toSpan(logical, args.from + index, args.from + index + 1);
    edits.push({ span, text: JSON.stringify(char).slice(1, -1) });
  }
  const { start, end } = toSpan(logical, args.from, args.to);
  return {
    title: 'Name the shell that runs it',
    edits: [
      { span: { start, end: start }, text: '["/bin/sh", "-c", "' },
      ...edits,
      { span: { start: end, end }, text: '"]' },
    ],
  };
}
