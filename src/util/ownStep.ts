import { count } from './format.ts';

interface Step {
  /** Its place among the instructions of its stage; of what the builder does by itself there is none. */
  readonly index?: number;
  readonly instruction: string;
}

/** Whether a step counts: an instruction that its author wrote, and that may be cached. A base image is looked at in any case. */
export const isOwnStep = ({ index, instruction }: Step): boolean =>
  index !== undefined && !instruction.startsWith('FROM ');

/** How many steps a stage has, as its build counts them, or how many there are of what the builder does by itself. */
export function countSteps(steps: readonly Step[]): string {
  const own = steps.filter(isOwnStep).length;
  if (own > 0) return count(own, 'step');
  return steps.some(({ index }) => index !== undefined)
    ? 'base image'
    : count(steps.length, 'step');
}
