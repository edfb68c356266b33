import { readFlags } from './flags.ts';
import { heredocWords, readHeredoc } from './heredocs.ts';
import { readJson } from './json.ts';
import { gather } from './lines.ts';
import { toKeyword, trim } from './space.ts';
import type { Heredoc, Instruction, Logical } from './tree.ts';
import { toWord } from './tree.ts';
import { isBlank } from './words.ts';

const WITH_HEREDOCS = new Set(['ADD', 'COPY', 'RUN']);
const WITH_JSON = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

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
    for (const word of heredocWords(logical)) {
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
  const outer = trim(text, at, text.length);
  let to = outer.from;
  while (to < outer.to && !isBlank(text[to])) to++;
  const keyword = toWord(logical, outer.from, to);
  const name = toKeyword(keyword.text);
  const { flags, next } = readFlags(logical, to, outer.to);
  const args = trim(text, next, outer.to);
  const json =
    WITH_JSON.has(name) &&
    text[args.from] === '[' &&
    Array.isArray(readJson(text.slice(args.from, args.to)));
  return { keyword, name, flags, args, json };
}
