import { posix } from 'node:path';
import type { Instruction, Stage } from '../parser/tree.ts';
import type { Dockerfile } from './dockerfile.ts';
import type { Expanded } from './scopes.ts';

/** The working directory of an instruction. */
export interface WorkingDirectory {
  /** As if the base image's were the root. */
  readonly path: string;
  /** The stage whose base image decides, by the working directory that it sets; undefined once one has been set from the root. */
  readonly stage: Stage | undefined;
  /** The variables without a value that it hangs on. */
  readonly names: readonly string[];
}

const LONGEST_PATH = 4096;
const MOST_NAMES = 50;

/** The working directory that holds for each instruction, a WORKDIR's own included, where it is run first. Linear. */
export function workingDirectories(file: Dockerfile): ReadonlyMap<Instruction, WorkingDirectory> {
  const found = new Map<Instruction, WorkingDirectory>();
  const last: WorkingDirectory[] = [];
  for (const stage of file.tree.stages) {
    let at = last[file.scopes().base(stage)] ?? { path: '/', stage, names: [] };
    for (const { instruction, expanded } of file.scopes().steps(stage)) {
      if (instruction.name === 'WORKDIR') at = within(at, expanded[0]);
      if (!found.has(instruction)) found.set(instruction, at);
    }
    last.push(at);
  }
  return found;
}

/** Where a WORKDIR leads. */
function within(
  { path, stage, names }: WorkingDirectory,
  word: Expanded | undefined,
): WorkingDirectory {
  const into = word?.expansion.value.slice(0, LONGEST_PATH) ?? '';
  const wanting = word?.wanting ?? [];
  const isAbsolute = into.startsWith('/');
  return {
    path: posix.resolve('/', path, into).slice(0, LONGEST_PATH),
    stage: isAbsolute ? undefined : stage,
    names: isAbsolute ? wanting : [...names, ...wanting].slice(0, MOST_NAMES),
  };
}
