import { posix } from 'node:path';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Fix, Rule } from '../rule.ts';
import { argumentSpan, argumentText, dropQuotes } from './words.ts';

/** hadolint takes a path for absolute that begins with a variable, too. */
const ABSOLUTE = /^(?:[$/]|\p{L}:)/u;

/** A path longer than this is nobody’s, and is not followed further. */
const LONGEST = 500;

/** The directory that a stage is in, as far as it was read; undefined where the file doesn't say. */
type Known = Map<number, string | undefined>;

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
    const known: Known = new Map();
    const triggered = new Set<number>();
    for (const { parent, stage } of file.all('WORKDIR')) if (parent) triggered.add(stage);
    for (const instruction of file.all('WORKDIR')) {
      const path = dropQuotes(argumentText(instruction));
      if (path === '') continue;
      const before = parentOf(file, instruction, known, triggered);
      if (!ABSOLUTE.test(path)) {
        yield {
          span: argumentSpan(instruction),
          message: `WORKDIR ${path} depends on the working directory before it: write the whole path.`,
          fixes: fixes(file, instruction, before),
        };
      }
      if (instruction.parent) continue;
      const literal = path.length + (before?.length ?? 0) < LONGEST && !/[$\\"'`]/.test(path);
      known.set(
        instruction.stage,
        literal && (before !== undefined || path.startsWith('/'))
          ? posix.resolve(before ?? '/', path)
          : undefined,
      );
    }
  },
};

/** The directory before an instruction, if the file says which. */
function parentOf(
  file: Dockerfile,
  instruction: Instruction,
  known: Known,
  triggered: ReadonlySet<number>,
): string | undefined {
  const stage = file.stageOf(instruction);
  if (!stage) return known.get(-1);
  for (let at = stage; ;) {
    if (known.has(at.index)) return known.get(at.index);
    // A stage that only a variable's default names may be another one, and what ONBUILD holds happens in between.
    const base = file.tree.stages[at.base];
    if (!base || triggered.has(base.index)) return undefined;
    at = base;
  }
}

function fixes(file: Dockerfile, instruction: Instruction, before: string | undefined): Fix[] {
  const span = argumentSpan(instruction);
  const raw = argumentText(instruction);
  if (file.tree.escape !== '\\' || !/^[\w./@+-]+$/.test(raw)) return [];
  const path = posix.resolve(before ?? '/', raw);
  const title = `Change to WORKDIR ${path}`;
  const edits = [{ span, text: path }];
  return [
    before === undefined || instruction.parent ? { title, edits } : { title, edits, safe: true },
  ];
}
