import { heredocWords, readHeredoc } from './heredocs.ts';
import { gather } from './lines.ts';
import type { Flag, Heredoc, Instruction, Logical } from './tree.ts';
import { toSpan, toWord } from './tree.ts';
import { isBlank } from './words.ts';

const WITH_HEREDOCS = new Set(['ADD', 'COPY', 'RUN']);

/**
 * Reads the instruction whose first character is at `start`, in or (for FROM) after stage `stage`; answers it and where
 * the next line begins.
 */
export function readInstruction(
  source: string,
  start: number,
  escape: string,
  stage: number,
): { instruction: Instruction; next: number } {
  const { logical, next, end, ...rest } = gather(source, start, escape);
  const head = readHead(logical, 0);
  const triggerHead = head.name === 'ONBUILD' ? readHead(logical, head.args.from) : undefined;
  const carrier = triggerHead ?? head;
  const heredocs: Heredoc[] = [];
  let after = next;
  if (WITH_HEREDOCS.has(carrier.name) && !carrier.json) {
    for (const word of heredocWords(logical, carrier.args.from)) {
      const read = readHeredoc(source, logical, word, after);
      heredocs.push(read.heredoc);
      after = read.next;
    }
  }
  const last = heredocs.at(-1);
  const whole = { start, end: last ? (last.terminator?.end ?? source.length) : end };
  const common = {
    logical,
    ...rest,
    ...whole,
    heredocs,
    stage: head.name === 'FROM' ? stage + 1 : stage,
  };
  const instruction: Instruction = { ...common, ...head, trigger: undefined, parent: undefined };
  if (!triggerHead || triggerHead.keyword.text === '') return { instruction, next: after };
  const trigger = {
    ...common,
    ...triggerHead,
    start: triggerHead.keyword.start,
    trigger: undefined,
    parent: instruction,
  };
  return { instruction: { ...instruction, trigger }, next: after };
}

type Head = Pick<Instruction, 'keyword' | 'name' | 'flags' | 'args' | 'json'>;

function readHead(logical: Logical, at: number): Head {
  const { text } = logical;
  let from = at;
  while (from < text.length && isBlank(text[from])) from++;
  let to = from;
  while (to < text.length && !isBlank(text[to])) to++;
  const keyword = toWord(logical, from, to);
  const { flags, next } = readFlags(logical, to);
  let end = text.length;
  while (end > next && isBlank(text[end - 1])) end--;
  const json = isStringArray(text, next, end);
  return { keyword, name: keyword.text.toUpperCase(), flags, args: { from: next, to: end }, json };
}

/** Flags are the words that begin with `--`, up to the first word that doesn't or that is `--` alone. */
function readFlags(logical: Logical, at: number): { flags: Flag[]; next: number } {
  const { text } = logical;
  const flags: Flag[] = [];
  let i = at;
  for (;;) {
    while (i < text.length && isBlank(text[i])) i++;
    if (!text.startsWith('--', i)) return { flags, next: i };
    const from = i;
    let quote = '';
    for (; i < text.length && (quote !== '' || !isBlank(text[i])); i++) {
      const char = text[i] as string;
      if (quote !== '') quote = char === quote ? '' : quote;
      else if (char === '"' || char === "'") quote = char;
    }
    // A quote that never closes must not take the rest of the instruction into the flag.
    if (quote !== '') for (i = from; i < text.length && !isBlank(text[i]);) i++;
    if (i === from + 2) return { flags, next: from };
    const word = toWord(logical, from, i);
    const equals = word.text.indexOf('=');
    const nameEnd = equals < 0 ? i : from + equals;
    flags.push({
      ...word,
      name: text.slice(from + 2, nameEnd),
      nameSpan: toSpan(logical, from, nameEnd),
      value: equals < 0 ? undefined : toWord(logical, nameEnd + 1, i),
    });
  }
}

function isStringArray(text: string, from: number, to: number): boolean {
  if (text[from] !== '[' || text[to - 1] !== ']') return false;
  try {
    const value: unknown = JSON.parse(text.slice(from, to));
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
  } catch {
    // Not JSON means that the builder takes the shell form, which is what false says.
    return false;
  }
}
