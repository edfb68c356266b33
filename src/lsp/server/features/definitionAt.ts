import type { Parsed } from '../documents.ts';
import type { Definition } from '../model/scopes.ts';
import type { Occurrence } from '../parser/occurrences.ts';
import type { Instruction } from '../parser/tree.ts';

/**
 * A variable as it is at a place: where it is defined, what that makes of it.
 * @param outer the instruction that the place stands in, ONBUILD itself for what it triggers
 */
export function definitionAt(
  parsed: Parsed,
  outer: Instruction,
  { name, span, write }: Occurrence,
): Definition | undefined {
  const file = parsed.file();
  const instruction = outer.trigger ?? outer;
  // Each argument of an ARG sees those before it.
  const isBehind =
    write ||
    (instruction.name === 'ARG' &&
      file
        .pairs(instruction)
        .some(({ key, value }) => key.text === name && (value ?? key).end <= span.start));
  if (!isBehind && !outer.trigger) return file.scopeAt(instruction).get(name);
  const scopes = file.scopes();
  const stage = parsed.tree.stages[instruction.stage];
  const steps = !stage
    ? scopes.globalSteps
    : outer.trigger
      ? scopes.triggered(stage)
      : scopes.steps(stage);
  const step = steps.find((one) => one.instruction === instruction);
  return (isBehind ? step?.behind : step?.scope)?.get(name);
}
