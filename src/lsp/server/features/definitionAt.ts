import type { Parsed } from '../documents.ts';
import type { Definition } from '../model/scopes.ts';
import type { Occurrence } from '../parser/occurrences.ts';
import type { Instruction } from '../parser/tree.ts';

/** A variable as it is at a place: where it is defined, what that makes of it. */
export function definitionAt(
  parsed: Parsed,
  instruction: Instruction,
  { name, span, write }: Occurrence,
): Definition | undefined {
  const file = parsed.file();
  // Each argument of an ARG sees those before it.
  const isBehind =
    write ||
    (instruction.name === 'ARG' &&
      file
        .pairs(instruction)
        .some(({ key, value }) => key.text === name && (value ?? key).end <= span.start));
  if (!isBehind) return file.scopeAt(instruction).get(name);
  const scopes = file.scopes();
  const stage = parsed.tree.stages[instruction.stage];
  const steps = stage ? scopes.steps(stage) : scopes.globalSteps;
  return steps.find((step) => step.instruction === instruction)?.behind.get(name);
}
