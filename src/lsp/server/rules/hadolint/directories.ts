import { posix } from 'node:path';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { inRunOrder } from '../../model/runOrder.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentText, dropQuotes } from './words.ts';

/** A path longer than this is nobody’s, and is not followed further. */
const LONGEST = 500;

/** The working directory before an instruction, if the file says which. */
export function directoryAt(file: Dockerfile, instruction: Instruction): string | undefined {
  return file.once(readDirectories).get(instruction);
}

function readDirectories(file: Dockerfile): ReadonlyMap<Instruction, string> {
  const known = new Map<Instruction, string>();
  /** Where each stage ends, by its index, once its triggers have run. */
  const last = new Map<number, string | undefined>();
  const read = (instructions: readonly Instruction[], first: string | undefined) => {
    let path = first;
    for (const instruction of inRunOrder(instructions)) {
      if (path !== undefined) known.set(instruction, path);
      const word = instruction.name === 'WORKDIR' ? dropQuotes(argumentText(instruction)) : '';
      if (word !== '') path = follow(path, word);
    }
    return path;
  };
  const { instructions, stages } = file.tree;
  read(
    instructions.filter(({ stage }) => stage < 0),
    undefined,
  );
  // A stage that only a variable's default names may be another one.
  for (const { index, base, instructions } of stages)
    last.set(index, read(instructions, last.get(base)));
  return known;
}

/** Where a WORKDIR leads from `before`. */
function follow(before: string | undefined, path: string): string | undefined {
  const literal = path.length + (before?.length ?? 0) < LONGEST && !/[$\\"'`]/.test(path);
  if (!literal || (before === undefined && !path.startsWith('/'))) return undefined;
  return posix.resolve(before ?? '/', path);
}
