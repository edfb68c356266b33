import type { Dockerfile } from '../../../model/dockerfile.ts';
import type { Expanded, Step } from '../../../model/scopes.ts';
import type { Flag, Instruction, Stage } from '../../../parser/tree.ts';
import { flagText } from '../../../parser/flags.ts';

/**
 * The instructions of these names that BuildKit reads in full: of the triggers of ONBUILD, which it only stores, those
 * that a later stage of the file runs.
 */
export function built(file: Dockerfile, ...names: readonly string[]): readonly Instruction[] {
  const all = file.all(...names);
  if (!all.some(({ parent }) => parent)) return all;
  const run = new Set<Instruction>();
  for (const stage of file.tree.stages)
    for (const { instruction } of file.scopes().steps(stage)) run.add(instruction);
  return all.filter((instruction) => !instruction.parent || run.has(instruction));
}

/** The steps of all stages that are of these instructions, each once, with the stage that runs it. */
export function* stepsOf(
  file: Dockerfile,
  ...names: readonly string[]
): Generator<{ step: Step; stage: Stage }> {
  if (file.all(...names).length === 0) return;
  const seen = new Set<Instruction>();
  for (const stage of file.tree.stages) {
    for (const step of file.scopes().steps(stage)) {
      if (!names.includes(step.instruction.name) || seen.has(step.instruction)) continue;
      seen.add(step.instruction);
      yield { step, stage };
    }
  }
}

/** A flag's name and value as the builder takes them; the value is undefined without `=`. */
export function readFlag(flag: Flag): { name: string; value: string | undefined } {
  const text = flagText(flag.text).slice(2);
  const equals = text.indexOf('=');
  return equals < 0
    ? { name: text, value: undefined }
    : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** What a step's flag becomes, with the flag; undefined when it isn't there or can't be read. */
export function expandedFlag(
  { instruction, expanded }: Step,
  name: string,
): { flag: Flag; value: string; expanded: Expanded } | undefined {
  const flag = instruction.flags.findLast((one) => one.name === name);
  const found = flag?.value && expanded.find(({ piece }) => piece.span === flag.value);
  if (!flag || !found || found.expansion.error) return undefined;
  return { flag, value: found.expansion.value, expanded: found };
}
