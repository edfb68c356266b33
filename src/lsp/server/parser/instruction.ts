import { INSTRUCTION_NAMES } from '../../../util/dockerfileInstructions.ts';
import { readFlags } from './flags.ts';
import type { HasEnd } from './heredocs.ts';
import { heredocWords, readHeredoc } from './heredocs.ts';
import { readJson } from './json.ts';
import { gather } from './lines.ts';
import { toKeyword, trim } from './space.ts';
import type { Heredoc, Instruction, Logical, Word } from './tree.ts';
import { PLAIN_ESCAPE, toWord } from './tree.ts';
import { isBlank } from './words.ts';

const WITH_HEREDOCS = new Set(['ADD', 'COPY', 'RUN']);
const NO_WORDS: readonly Word[] = [];
const NO_HEREDOCS: readonly Heredoc[] = [];
const WITH_JSON = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/**
 * Reads the instruction whose first character is at `start`, in or (for FROM) after stage `stage`; answers it and where
 * the next line begins.
 * @param hasEnd given where a heredoc that never ends is none
 */
export function readInstruction(
  source: string,
  start: number,
  escape: string,
  stage: number,
  hasEnd: HasEnd | undefined,
): { instruction: Instruction; next: number } {
  const gathered = gather(source, start, escape);
  const { logical } = gathered;
  const head = readHead(logical, 0, escape);
  const triggerHead =
    head.name === 'ONBUILD'
      ? readHead(logical, head.args.from, PLAIN_ESCAPE, endOfTrigger(logical.text, head.args.from))
      : undefined;
  const carrier = triggerHead ?? head;
  const openers =
    WITH_HEREDOCS.has(carrier.name) && !carrier.json ? heredocWords(logical) : NO_WORDS;
  let heredocs = NO_HEREDOCS;
  let after = gathered.next;
  if (openers.length > 0) {
    heredocs = openers.flatMap((word) => {
      const read = readHeredoc(source, logical, word, after, hasEnd);
      after = read?.next ?? after;
      return read?.heredoc ?? NO_HEREDOCS;
    });
  }
  const last = heredocs.at(-1);
  const end = last ? (last.terminator?.end ?? source.length) : gathered.end;
  // An object of that many fields, spread from others, would take ten times as long to make and to read.
  const make = (from: Head, begin: number, parent?: Instruction): Writable => ({
    start: begin,
    end,
    keyword: from.keyword,
    name: from.name,
    logical,
    flags: from.flags,
    args: from.args,
    json: from.json,
    heredocs,
    comments: gathered.comments,
    blanks: gathered.blanks,
    trigger: undefined,
    stage: head.name === 'FROM' ? stage + 1 : stage,
    parent,
  });
  const instruction = make(head, start);
  if (triggerHead && triggerHead.keyword.text !== '')
    instruction.trigger = make(triggerHead, triggerHead.keyword.start, instruction);
  return { instruction, next: after };
}

/**
 * The names that instructions have, as the strings of this program: those who go through the instructions of a long file
 * compare them without reading them.
 */
const NAMES: ReadonlyMap<string, string> = new Map(INSTRUCTION_NAMES.map((name) => [name, name]));

function nameOf(keyword: string): string {
  const upper = toKeyword(keyword);
  return NAMES.get(upper) ?? upper;
}

type Writable = { -readonly [Key in keyof Instruction]: Instruction[Key] };

type Head = Pick<Instruction, 'keyword' | 'name' | 'flags' | 'args' | 'json'>;

/** Where what ONBUILD triggers ends: read by itself, it is continued by a backslash at its end, onto nothing. */
function endOfTrigger(text: string, from: number): number {
  const { to } = trim(text, from, text.length);
  const isContinued = text[to - 1] === PLAIN_ESCAPE && text[to - 2] !== PLAIN_ESCAPE;
  // One that is nothing else is refused under its name.
  return isContinued && to - 1 > from ? to - 1 : to;
}

function readHead(logical: Logical, at: number, escape: string, end = logical.text.length): Head {
  const { text } = logical;
  const outer = trim(text, at, end);
  let to = outer.from;
  while (to < outer.to && !isBlank(text[to])) to++;
  const keyword = toWord(logical, outer.from, to);
  const name = NAMES.get(keyword.text) ?? nameOf(keyword.text);
  const { flags, next } = readFlags(logical, to, outer.to, escape);
  const args = trim(text, next, outer.to);
  const json =
    WITH_JSON.has(name) &&
    text[args.from] === '[' &&
    Array.isArray(readJson(text.slice(args.from, args.to)));
  return { keyword, name, flags, args, json };
}
