import type { Instruction } from '../parser/tree.ts';

/** A stage's instructions in the order in which they run: what ONBUILD holds comes last, for it runs first in stages that start from this one. */
export function inRunOrder(instructions: readonly Instruction[]): readonly Instruction[] {
  return [...instructions, ...instructions.flatMap(({ trigger }) => trigger ?? [])];
}
