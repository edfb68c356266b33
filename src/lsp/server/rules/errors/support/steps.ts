import type { Dockerfile } from '../../../model/dockerfile.ts';
import type { Expanded, Step } from '../../../model/scopes.ts';
import type { Flag, Instruction } from '../../../parser/tree.ts';

/** The triggers of ONBUILD that a later stage of the file runs; BuildKit only stores the others. */
function triggersRun(file: Dockerfile): Set<Instruction> {
  const run = new Set<Instruction>();
  for (const stage of file.tree.stages)
    for (const { instruction } of file.scopes().steps(stage))
      if (instruction.parent) run.add(instruction);
  return run;
}

/** The instructions of one name that BuildKit reads in full: triggers only when a stage runs them. */
export function built(file: Dockerfile, name: string): readonly Instruction[] {
  const all = file.all(name);
  if (all.length === 0 || file.all('ONBUILD').length === 0) return all;
  const run = file.once(triggersRun);
  return all.filter((instruction) => !instruction.parent || run.has(instruction));
}

/** The steps of all stages that are of one instruction; a trigger that several stages run only once. */
export function stepsOf(file: Dockerfile, name: string): readonly Step[] {
  if (file.all(name).length === 0) return [];
  const steps = file.scopes().named(name);
  if (file.all('ONBUILD').length === 0) return steps;
  const seen = new Set<Instruction>();
  return steps.filter(({ instruction }) => {
    if (!instruction.parent) return true;
    const isNew = !seen.has(instruction);
    seen.add(instruction);
    return isNew;
  });
}

/** A flag's name and value as the builder takes them; the value is undefined without `=`. */
export function readFlag(flag: Flag): { name: string; value: string | undefined } {
  const text = flag.plain.slice(2);
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
