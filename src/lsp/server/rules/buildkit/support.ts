import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Step } from '../../model/scopes.ts';
import type { Instruction, Stage, Tree, Word } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Finding } from '../rule.ts';

/** A finding that BuildKit reports on the first line of `place`. */
export function at(place: Instruction, finding: Finding): Finding {
  return { ...finding, reportedAt: place.start };
}

/** Every step of every stage that is of one of these instructions. */
export function stepsOf(file: Dockerfile, ...names: readonly string[]): readonly Step[] {
  const { named } = file.scopes();
  return names.length === 1 ? named(names[0] ?? '') : names.flatMap(named);
}

/** The words of a stage's FROM: image, AS, name. */
export function fromWordsOf(stage: Stage, tree: Tree): Word[] {
  return argumentWords(stage.from, tree.escape);
}

/** The name of a stage as the builder has it, in lower case. */
export function nameOf(stage: Stage): string | undefined {
  return stage.name?.text.toLowerCase();
}

/** Whether a text is all lower or all upper case. */
export function isOneCase(text: string): boolean {
  return text === text.toLowerCase() || text === text.toUpperCase();
}
