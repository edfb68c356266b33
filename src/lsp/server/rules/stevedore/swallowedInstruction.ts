import type { SyntaxNode } from 'unbash';
import { lastWhile } from '../../../../util/search.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Span } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Finding, Rule } from '../rule.ts';
import { beginningsIn, swallowed } from '../swallowed.ts';

/** An instruction that belongs to the one above it, for the line before it is continued. */
export const swallowedInstruction: Rule = {
  id: 'stevedore/swallowed-instruction',
  severity: 'error',
  misread: true,
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

/**
 * Where in the document words end that have no quotes in them: one that a line begins with, or that goes on there with what was
 * glued to the escape character. A function, for few instructions have anything to ask it.
 */
type Words = () => ReadonlySet<number>;

const endsOf = (words: readonly (Span & { readonly text: string })[]): ReadonlySet<number> =>
  new Set(words.flatMap(({ text, end }) => (/["'`]/.test(text) ? [] : [end])));

function shellWords(file: Dockerfile, instruction: Instruction): Words {
  return () => {
    const shell = file.shell(instruction);
    if (!shell) return new Set();
    const compounds = shell
      .root()
      .commands.flatMap(({ command }) => compoundsIn(command))
      .map(({ pos, end }) => shell.span(pos, end));
    const words = shell.commands.flatMap(({ program, args, inexact, start }) => {
      const compound = lastWhile(compounds, (one) => one.start <= start);
      if (inexact || (compound && start < compound.end)) return [];
      // That of a RUN is found by itself, and goes.
      return program.text === 'RUN' ? args : [program, ...args];
    });
    return endsOf(words);
  };
}

/** The outermost loops, branches, groups and functions: an instruction that one is not done with is not meant to end there. */
function compoundsIn(node: SyntaxNode): SyntaxNode[] {
  if (node.type === 'AndOr' || node.type === 'Pipeline') return node.commands.flatMap(compoundsIn);
  return node.type === 'Command' ? [] : [node];
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
  if (instruction.json || instruction.parent) return [];
  let known: ReadonlySet<number> | undefined;
  return beginningsIn(instruction)
    .filter(({ span }) => (known ??= words()).has(span.end))
    .map((beginning) => swallowed(instruction, beginning, file.tree));
}
