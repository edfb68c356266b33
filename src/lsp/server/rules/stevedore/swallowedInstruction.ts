import { INSTRUCTIONS } from '../../data/instructions.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Span, Tree } from '../../parser/tree.ts';
import { continuationsOf } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import { replace } from '../edits.ts';
import type { Finding, Fix, Rule } from '../rule.ts';

/** An instruction that belongs to the one above it, for the line before it is continued. */
export const swallowedInstruction: Rule = {
  id: 'stevedore/swallowed-instruction',
  severity: 'error',
  title: 'An instruction is taken for the rest of the one above it',
  why: 'A line that ends with the escape character goes on with the next one, whatever that begins with: one `\\` too many makes words of a command out of an instruction. `apt-get` is asked for packages called `COPY` and `.`; and `WORKDIR`, `USER`, `VOLUME`, `ARG` or `ENV` take the words without complaint, so that the instruction is missing from an image that builds.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nRUN apk add --no-cache curl~=8 \\\nCOPY . /app\n',
      good: 'FROM alpine:3.20\nRUN apk add --no-cache curl~=8\nCOPY . /app\n',
      fixed: true,
    },
    {
      bad: 'FROM gcc:14.2.0\nRUN ./configure && \\\n    make && \\\nWORKDIR /app\n',
      good: 'FROM gcc:14.2.0\nRUN ./configure && \\\n    make\nWORKDIR /app\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nWORKDIR /app \\\nCOPY . .\n',
      good: 'FROM alpine:3.20\nWORKDIR /app\nCOPY . .\n',
      fixed: true,
    },
  ],
  check: (file) => [
    ...file.all(...IN_SHELL).flatMap((one) => inside(file, one, shellWords(file, one))),
    ...file.all(...IN_WORDS).flatMap((one) => inside(file, one, plainWords(file, one))),
  ],
};

const IN_SHELL = ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'];
/** Those that take whatever words follow. Of the others the builder says itself what is wrong. */
const IN_WORDS = ['COPY', 'ADD', 'WORKDIR', 'VOLUME', 'USER', 'ARG', 'ENV', 'LABEL', 'MAINTAINER'];

/** At the beginning of its line, as instructions stand and what is continued mostly does not, and with something behind it. */
const BEGINNING = new RegExp(`^(${Object.keys(INSTRUCTIONS).join('|')})[ \\t]+[^ \\t=]`);
/** What joins a command to the next one. */
const JOINED = /[ \t]*(?:&&|;)$/;

/**
 * Where in the document words end that have no quotes in them: one that a line begins with, or that goes on there with what was
 * glued to the escape character. A function, for few instructions have anything to ask it.
 */
type Words = () => ReadonlySet<number>;

const endsOf = (words: readonly (Span & { readonly text: string })[]): ReadonlySet<number> =>
  new Set(words.flatMap(({ text, end }) => (/["'`]/.test(text) ? [] : [end])));

function shellWords(file: Dockerfile, instruction: Instruction): Words {
  return () => {
    const commands = file.shell(instruction)?.commands ?? [];
    const words = commands.flatMap(({ program, args, inexact }) => {
      if (inexact) return [];
      // That of a RUN is found by itself, and goes.
      return program.text === 'RUN' ? args : [program, ...args];
    });
    return endsOf(words);
  };
}

function plainWords({ tree }: Dockerfile, instruction: Instruction): Words {
  return () => {
    const words = argumentWords(instruction, tree.escape);
    const isPaired = instruction.name === 'ENV' || instruction.name === 'LABEL';
    // Where there is a `=` the builder misses it in the other words.
    return endsOf(isPaired && words[0]?.text.includes('=') ? [] : words);
  };
}

function inside(file: Dockerfile, instruction: Instruction, words: Words): Finding[] {
  const { json, parent, name, logical } = instruction;
  if (json || parent) return [];
  const { text, starts, offsets } = logical;
  let known: ReadonlySet<number> | undefined;
  return offsets.flatMap((offset, piece): Finding[] => {
    if (piece === 0) return [];
    const [, keyword] = BEGINNING.exec(text.slice(starts[piece], starts[piece + 1])) ?? [];
    if (keyword === undefined) return [];
    const end = offset + keyword.length;
    if (!(known ??= words()).has(end)) return [];
    const { escape } = file.tree;
    return [
      {
        span: { start: offset, end },
        message: `${keyword} is part of the ${name} above it here, for the line before ends with ${escape}. Take that away.`,
        fixes: parting(instruction, piece, file.tree),
      },
    ];
  });
}

/** What takes the continuation away that a piece is joined by, with the operator before it. */
function parting(instruction: Instruction, piece: number, tree: Tree): Fix[] {
  const { text, starts, offsets } = instruction.logical;
  const from = Math.max(starts[piece - 1] ?? 0, instruction.args.from);
  const before = text.slice(from, starts[piece]).trimEnd();
  const kept = before.replace(JOINED, '').length;
  const mark = continuationsOf(instruction, tree)[piece - 1];
  if (kept === 0 || mark === undefined) return [];
  const start = (offsets[piece - 1] ?? 0) + from - (starts[piece - 1] ?? 0) + kept;
  const span: Span = { start, end: mark + 1 };
  return [replace('End the instruction above', span, '')];
}
