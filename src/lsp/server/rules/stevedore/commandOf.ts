import type { Dockerfile } from '../../model/dockerfile.ts';
import { readJson } from '../../parser/json.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import { baseRepository } from './baseRepository.ts';

/** Where the command of an instruction stands in its logical text: HEALTHCHECK has it behind a word of its own. */
export function commandOf({ name, logical, args }: Instruction): { from: number; to: number } {
  const text = logical.text.slice(args.from, args.to);
  const skipped = name === 'HEALTHCHECK' ? (/^CMD\s+/i.exec(text)?.[0].length ?? 0) : 0;
  return { from: args.from + skipped, to: args.to };
}

/** The strings of an instruction's exec form, with their quotes; none where it is in another form. */
export function execWords(instruction: Instruction, escape: string): Word[] {
  const args = commandOf(instruction);
  const json =
    instruction.json ||
    (instruction.name === 'HEALTHCHECK' &&
      Array.isArray(readJson(instruction.logical.text.slice(args.from, args.to))));
  return json ? argumentWords({ ...instruction, json, args }, escape) : [];
}

/** Programs that run what they are given as it stands, and their flags. */
export const RUNNERS = /(?:^|\/)(?:tini(?:-static)?|dumb-init|catatonit|su-exec|gosu)$|^-/;

/** The ENTRYPOINT that the words of a CMD are given to, of its stage or of one that this starts from; `[]` takes it away. */
export function entrypointFor(file: Dockerfile, instruction: Instruction): Instruction | undefined {
  const own = instruction.name === 'CMD' ? file.stageOf(instruction) : undefined;
  const entry = own && file.once(lastEntrypoints)[own.index];
  return entry?.json && execWords(entry, file.tree.escape).length === 0 ? undefined : entry;
}

/** By its index the ENTRYPOINT that each stage ends with: its own, or that of the one that it starts from. */
function lastEntrypoints(file: Dockerfile): readonly (Instruction | undefined)[] {
  const own = new Map(
    file.all('ENTRYPOINT').flatMap((one) => (one.parent ? [] : [[one.stage, one] as const])),
  );
  const last: (Instruction | undefined)[] = [];
  for (const stage of file.tree.stages) {
    // A base is an earlier stage.
    const base = file.baseOf(stage);
    last.push(own.get(stage.index) ?? (base && last[base.index]));
  }
  return last;
}

/** Whether a CMD may be for an ENTRYPOINT of which nothing is known: that of a base image may be `sh -c`. */
export function isForUnknown(file: Dockerfile, instruction: Instruction): boolean {
  if (instruction.name !== 'CMD') return false;
  if (instruction.parent) return true;
  if (entrypointFor(file, instruction)) return false;
  const { repository } = baseRepository(file, file.stageOf(instruction)) ?? {};
  return repository === undefined || !/^[^/]+$|\/?library\/[^/]+$/.test(repository);
}

/** A string that a shell would take for an operator. */
export const OPERATOR = /^"(?:&&?|\|\|?|;|[12]?>>?|2>&1|[12]?>>?\s*\/dev\/null)"$/;
/** Shells of POSIX. */
export const SHELL = /(?:^|\/)(?:ba|da|a|z|k)?sh$/;
/** Programs that make one command of their arguments, wherever they are called. */
export const JOINERS =
  /(?:^|\/)(?:cmd|powershell|pwsh|ssh|eval|find|tmux|parallel|xargs|su|runuser|script|entr|concurrently|nodemon|cross-env-shell|foreman|nix-shell|pixi|devbox|.*entrypoint.*)(?:\.exe)?$/i;
/** A script that may give what it is given to a shell. */
const SCRIPT =
  /\.(?:\w*sh|py|rb|pl)$|(?:boot|cmd|command|entry|env|exec|init|launch|run|shell|start|wrap)[^/]*$/i;
/** Programs that are told a user first. */
const AS_USER = /(?:^|\/)(?:su-exec|gosu)$/;
/** Nobody calls a program by a longer path. */
const LONGEST = 256;

/** Which of some words is the first one that does more than run what follows; -1 for none. */
export function programAt(words: readonly string[]): number {
  return words.findIndex((word, at) => !RUNNERS.test(word) && !AS_USER.test(words[at - 1] ?? ''));
}

/** The first of some words that does more than run what follows. */
export function programOf(words: readonly string[]): string {
  return words[programAt(words)] ?? words[0] ?? '';
}

/** Whether what an ENTRYPOINT runs may make a command of the words that it is given, as a shell and its scripts do. */
export function mayBeScript(words: readonly string[]): boolean {
  const program = programOf(words);
  return words.some((word) => {
    if (word.length >= LONGEST || word.includes('$')) return true;
    if (SHELL.test(word) || JOINERS.test(word)) return true;
    return !RUNNERS.test(word) && (word === program || /[./]/.test(word)) && SCRIPT.test(word);
  });
}
