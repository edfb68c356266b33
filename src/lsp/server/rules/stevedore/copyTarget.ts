import { posix } from 'node:path';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { workingDirectories } from '../../model/workingDirectories.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';

/** A path as an instruction has it; undefined where the base image decides. */
export function resolved(
  file: Dockerfile,
  instruction: Instruction,
  path: string,
): string | undefined {
  if (path.startsWith('/')) return posix.resolve(path);
  const at = file.once(workingDirectories).get(instruction);
  return at && !at.stage && at.names.length === 0 ? posix.resolve(at.path, path) : undefined;
}

/** What a COPY's target is called, variables replaced; undefined when a value of them isn't known. */
export function targetOf(file: Dockerfile, copy: Instruction): string | undefined {
  const word = argumentWords(copy, file.tree.escape).at(-1);
  if (!word) return undefined;
  const { value, references, error } = file.expand(copy, word);
  const isKnown = !error && references.every((one) => one.value !== undefined);
  return isKnown ? value : undefined;
}
