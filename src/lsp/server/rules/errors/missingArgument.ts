import { table } from '../../../../util/table.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { readJson } from '../../parser/json.ts';
import type { Instruction } from '../../parser/tree.ts';
import { isAs } from '../../parser/space.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Finding, Rule } from '../rule.ts';
import { UNREAD } from './support/flags.ts';
import { healthcheckParts } from './support/healthcheck.ts';
import { built } from './support/steps.ts';

/** What each instruction that takes arguments takes. RUN, CMD and ENTRYPOINT may stand alone. */
const WANTED: Readonly<Record<string, string>> = table({
  ADD: 'a source and a destination',
  ARG: 'the name of a variable',
  COPY: 'a source and a destination',
  ENV: 'pairs like NAME=value',
  EXPOSE: 'a port',
  FROM: 'an image',
  HEALTHCHECK: 'CMD and a command, or NONE',
  LABEL: 'pairs like key="value"',
  MAINTAINER: 'a name',
  ONBUILD: 'an instruction',
  SHELL: 'a JSON array of a program and its arguments',
  STOPSIGNAL: 'a signal',
  USER: 'a user',
  VOLUME: 'a path',
  WORKDIR: 'a path',
});

const NAMES = Object.keys(WANTED);

/** Instructions with fewer arguments than they need. */
export const missingArgument: Rule = {
  id: 'build-error/missing-argument',
  severity: 'error',
  title: 'An instruction has all the arguments that it needs',
  why: 'The builder stops at an instruction that says too little. `COPY` and `ADD` take at least a source and a destination; of the others each takes at least one argument, but for `RUN`, `CMD` and `ENTRYPOINT`.',
  examples: [
    { bad: 'FROM alpine:3\nCOPY app\n', good: 'FROM alpine:3\nCOPY app /\n' },
    { bad: 'FROM alpine:3\nEXPOSE\n', good: 'FROM alpine:3\nEXPOSE 80\n' },
    { bad: 'FROM alpine:3 AS\n', good: 'FROM alpine:3\n', fixed: true },
    {
      bad: 'FROM alpine:3\nHEALTHCHECK --interval=5m CMD\n',
      good: 'FROM alpine:3\nHEALTHCHECK --interval=5m CMD true\n',
    },
    { bad: 'FROM alpine:3\nSHELL []\n', good: 'FROM alpine:3\nSHELL ["/bin/sh", "-c"]\n' },
  ],
  check: (file) =>
    NAMES.flatMap((name) => built(file, name).flatMap((instruction) => missing(file, instruction))),
};

function missing(file: Dockerfile, instruction: Instruction): Finding[] {
  const { name, keyword, args, logical, flags } = instruction;
  const wanted = WANTED[name] ?? '';
  // They are in the flag, whose quote is what is wrong.
  if (flags.at(-1)?.open && !UNREAD.has(name)) return [];
  if (args.from === args.to) return [{ span: keyword, message: `${name} takes ${wanted}.` }];
  if (name === 'HEALTHCHECK') {
    const text = logical.text.slice(args.from, args.to);
    const { kind, lead } = healthcheckParts(text);
    const none = lead === text.length || readJson(text.slice(lead))?.length === 0;
    return kind.toUpperCase() === 'CMD' && none
      ? [{ span: keyword, message: 'HEALTHCHECK CMD needs the command that tests the container.' }]
      : [];
  }
  if (name !== 'ADD' && name !== 'COPY' && name !== 'FROM' && !instruction.json) {
    // Escape characters alone make no word.
    const empty = name === 'ARG' || name === 'ENV' || name === 'LABEL';
    return empty && argumentWords(instruction, file.tree.escape).length === 0
      ? [{ span: keyword, message: `${name} takes ${wanted}.` }]
      : [];
  }
  const words = argumentWords(instruction, file.tree.escape);
  const [first, second] = words;
  if (name === 'FROM') {
    if (!first || !second || words.length !== 2 || !isAs(second.text)) return [];
    const span = { start: first.end, end: second.end };
    return [
      {
        span: second,
        message: 'The name of the stage is missing after AS.',
        fixes: [{ title: 'Remove AS', edits: [{ span, text: '' }] }],
      },
    ];
  }
  const least = name === 'ADD' || name === 'COPY' ? 2 : 1;
  if (words.length >= least) return [];
  const message =
    words.length === 1
      ? `${name} takes ${wanted}; one of them is missing.`
      : `${name} takes ${wanted}.`;
  return [{ span: first ?? keyword, message }];
}
