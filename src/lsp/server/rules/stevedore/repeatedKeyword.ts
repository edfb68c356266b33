import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Span } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { replace } from '../edits.ts';
import type { Finding, Rule } from '../rule.ts';
import { commandOf } from './commandOf.ts';

/** An instruction’s keyword that stands there twice, the second time as what it is given. */
export const repeatedKeyword: Rule = {
  id: 'stevedore/repeated-keyword',
  severity: 'error',
  misread: true,
  title: 'The keyword of an instruction is among its arguments',
  why: 'Nobody takes a second keyword for one. `RUN RUN make` runs a program called `RUN`, and so does a `RUN` behind `&&` (`RUN: not found`); `COPY COPY a b` copies a file called `COPY`, and `ENV ENV A=b` sets a variable called `ENV`, without a word.',
  examples: [
    {
      bad: 'FROM gcc:14.2.0\nRUN RUN make\n',
      good: 'FROM gcc:14.2.0\nRUN make\n',
      fixed: true,
    },
    {
      bad: 'FROM gcc:14.2.0\nRUN ./configure && \\\n    RUN make\n',
      good: 'FROM gcc:14.2.0\nRUN ./configure && \\\n    make\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nENV ENV A=b\n',
      good: 'FROM alpine:3.20\nENV A=b\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nCOPY COPY a.txt b.txt /etc/\n',
      good: 'FROM alpine:3.20\nCOPY a.txt b.txt /etc/\n',
      fixed: true,
    },
  ],
  check: (file) => [
    ...file.all(...Object.keys(REST)).flatMap((instruction) => atFirst(file, instruction)),
    ...inShell(file),
  ],
};

/** By the keyword what follows it where it is there by mistake: files, users and variables may well be called so. */
const REST: Readonly<Record<string, RegExp>> = {
  RUN: /^[^\s(]/,
  // On Windows it is a program, which takes flags.
  CMD: /^[^\s/]/,
  ENTRYPOINT: /^\S/,
  HEALTHCHECK: /^[^\s/]/,
  COPY: /^(?:--|\S+\s+\S)/,
  ADD: /^(?:--|\S+\s+\S)/,
  ENV: /^[A-Za-z_]\w*=/,
  LABEL: /^["\w.-]+=/,
  ARG: /^[A-Za-z_]\w*(?:=|$)/,
  VOLUME: /^[["/]/,
  WORKDIR: /^["/]/,
  USER: /^\w/,
};

/** The keyword as the first word of what an instruction is given, up to what follows; undefined when it isn't meant. */
export function keywordAgain(instruction: Instruction): Span | undefined {
  const { logical, name } = instruction;
  const rest = REST[name];
  const { from, to } = commandOf(instruction);
  // HEALTHCHECK has the word in front of its command.
  const word = name === 'HEALTHCHECK' ? 'CMD' : name;
  if (!rest || !logical.text.startsWith(word, from)) return undefined;
  if (word !== name && from === instruction.args.from) return undefined;
  const text = logical.text.slice(from + word.length, to);
  const [blank = ''] = /^\s+/.exec(text) ?? [];
  if (blank === '' || !rest.test(text.slice(blank.length))) return undefined;
  return upTo(instruction, from, from + word.length + blank.length);
}

/** From a word up to another one, which may stand on a later line. */
function upTo({ logical }: Instruction, from: number, to: number): Span {
  const { start } = toSpan(logical, from, from + 1);
  return { start, end: toSpan(logical, to, to + 1).start };
}

function atFirst(file: Dockerfile, instruction: Instruction): Finding[] {
  // Windows knows no case, and so a CMD and a RUN may be programs there.
  const gap = file.tree.escape === '\\' ? keywordAgain(instruction) : undefined;
  return gap ? [finding(file, instruction, gap)] : [];
}

/** Commands of a RUN that begin with its keyword but for the first one, of which that is said. */
function inShell(file: Dockerfile): Finding[] {
  const commands = file.commands().get('RUN') ?? [];
  // It may be a function or another name for something.
  const shells = new Set(commands.map(({ shell }) => shell));
  const defining = new Set(
    [...shells].filter(({ script }) => /RUN(?:\(|\s*\(\)|=)|function\s+RUN\b/.test(script.text)),
  );
  return commands.flatMap(({ run, shell, command }) => {
    const { program, args, inexact, start } = command;
    const [first] = args;
    if (run.json || !first || inexact || program.text !== 'RUN' || defining.has(shell)) return [];
    if (keywordAgain(run)?.start === start) return [];
    const found = finding(file, run, { start, end: first.start });
    if (!first.text.startsWith('-')) return [found];
    // No shell knows the flags, and the first RUN has them for all of its commands.
    return [
      { ...found, message: `${found.message} Its flags belong to the first RUN.`, fixes: [] },
    ];
  });
}

function finding({ tree }: Dockerfile, { name }: Instruction, gap: Span): Finding {
  const word = /^[A-Z]+/.exec(tree.source.slice(gap.start, gap.start + 20))?.[0] ?? '';
  return {
    span: { start: gap.start, end: gap.start + word.length },
    message: `This ${word} is an argument of ${name}, not a keyword. Leave it out.`,
    fixes: [replace(`Leave ${word} out`, gap, '')],
  };
}
