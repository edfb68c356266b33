import type { Outline, OutlineStage } from '../../util/dockerfileOutline.ts';
import { bareImage, isStepOf } from './lines.ts';
import type { StepName } from './stepName.ts';

/** How BuildKit calls the stages of a Dockerfile in the names of steps: it never names an only one. */
export const stageWords = ({ stages }: Outline): string[] =>
  stages.map(({ name }, at) => (stages.length === 1 ? '0' : (name ?? String(at))));

/**
 * Finds the stage of a Dockerfile that a step is of. What several builds have in common BuildKit does once, and names it as
 * the first of them did: so a step may bear the name of a stage that there is none of here.
 * @returns a function that gives names as they are where they fit, or where no stage is found
 */
export function ownStages(outline: Outline): (name: StepName) => StepName {
  const { stages } = outline;
  const words = stageWords(outline);
  return (name) => {
    if (name.stage === undefined || words.includes(name.stage)) return name;
    const word = words[stages.findIndex((stage) => isOf(stage, name.instruction))];
    return word === undefined ? name : { ...name, stage: word };
  };
}

function isOf({ base, instructions }: OutlineStage, instruction: string): boolean {
  if (instruction.startsWith('FROM ')) return bareImage(base) === bareImage(instruction.slice(5));
  return instructions.some((own) => isStepOf(own, instruction));
}
