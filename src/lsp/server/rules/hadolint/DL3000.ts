import { posix } from 'node:path';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Fix, Rule } from '../rule.ts';
import { directoryAt } from './directories.ts';
import { argumentSpan, argumentText, dropQuotes } from './words.ts';

/** hadolint takes a path for absolute that begins with a variable, too. */
const ABSOLUTE = /^(?:[$/]|\p{L}:)/u;

export const DL3000: Rule = {
  id: 'DL3000',
  same: 'WorkdirRelativePath',
  severity: 'error',
  title: 'WORKDIR is relative',
  why: 'A relative `WORKDIR` starts from whatever the base image or an earlier instruction made the working directory. It means another folder as soon as one of them changes. Write the whole path.',
  examples: [
    {
      bad: 'FROM debian:12\nWORKDIR /srv\nWORKDIR app\n',
      good: 'FROM debian:12\nWORKDIR /srv\nWORKDIR /srv/app\n',
      fixed: true,
    },
    { bad: 'FROM debian:12\nWORKDIR app\n', good: 'FROM debian:12\nWORKDIR /app\n', fixed: true },
  ],
  *check(file) {
    for (const instruction of file.all('WORKDIR')) {
      const path = dropQuotes(argumentText(instruction));
      if (path === '' || ABSOLUTE.test(path)) continue;
      yield {
        span: argumentSpan(instruction),
        message: `WORKDIR ${path} depends on the working directory before it: write the whole path.`,
        fixes: fixes(file, instruction),
      };
    }
  },
};

function fixes(file: Dockerfile, instruction: Instruction): Fix[] {
  const span = argumentSpan(instruction);
  const raw = argumentText(instruction);
  if (file.tree.escape !== '\\' || !/^[\w./@+-]+$/.test(raw)) return [];
  const before = directoryAt(file, instruction);
  const path = posix.resolve(before ?? '/', raw);
  const title = `Change to WORKDIR ${path}`;
  const edits = [{ span, text: path }];
  return [
    before === undefined || instruction.parent ? { title, edits } : { title, edits, safe: true },
  ];
}
