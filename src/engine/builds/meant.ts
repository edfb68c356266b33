import type { Outline, OutlineInstruction } from '../../util/dockerfileOutline.ts';
import { suggest } from '../../util/suggest.ts';
import { notHad, shortImage } from '../refusedImage.ts';
import type { BuildFailure, BuildStep, ToldFailure } from './model.ts';

/** BuildKit suggests what differs in fewer characters; of a short name half of them would be another name. */
const TOO_FAR = 3;

/** So many names of stages have room in a sentence. */
const MOST_NAMES = 6;

/**
 * Says of an image that could not be had which stage was meant, where one of nearly its name is there: builders take for an
 * image whatever is no stage. The same of a stage to stop at that there is none of.
 * @param step that failed, which names the image where the builder's words don't
 */
export function withMeant(
  told: BuildFailure,
  step: Pick<BuildStep, 'instruction'> | undefined,
  outline: Outline | undefined,
): BuildFailure {
  if (told.noStage !== undefined && outline)
    return { ...told, message: noStageWords(told.noStage, outline) };
  // What is meant is said once: a failure may be read again.
  const { meant, ...failure } = told.image === '' ? { ...told, ...ofStep(step) } : told;
  const { message, image } = failure;
  const name = image && shortImage(image).replace(/:latest$/, '');
  const place = name && outline ? placeOf(name, outline) : undefined;
  if (name && outline && place) {
    const lines = failure.lines ?? place.instruction.lines;
    const why = stageWords(name, place, outline);
    if (why) return { ...failure, lines, message: `${why} It was taken for an image. ${message}` };
  }
  return meant === undefined
    ? failure
    : { ...failure, message: `${message} Did you mean ${meant}?` };
}

function ofStep(step: Pick<BuildStep, 'instruction'> | undefined): ToldFailure | undefined {
  const [, image] =
    /^(?:FROM|\[internal\] load metadata for) (\S+)/.exec(step?.instruction ?? '') ?? [];
  return image === undefined ? undefined : notHad(image);
}

/** What is said of a stage to stop at that there is none of: which is meant, or which there are. */
function noStageWords(name: string, { stages }: Outline): string {
  const names = stages.flatMap((one) => one.name ?? []);
  const meant = suggest(name.toLowerCase(), names, tooFar(name));
  if (meant) return `No stage is called ${name}: did you mean ${meant}?`;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ' and others' : '';
  return names.length > 0
    ? `No stage is called ${name}: there are ${shown}${more}.`
    : `No stage is called ${name}: those of the Dockerfile have no names.`;
}

const tooFar = (name: string): number => Math.min(TOO_FAR, Math.ceil(name.length / 2));

/** An instruction, and the number of its stage. */
interface Place {
  readonly instruction: OutlineInstruction;
  readonly stage: number;
}

/** The first instruction that names a stage or an image so. */
function placeOf(name: string, { stages }: Outline): Place | undefined {
  for (const [stage, { from, base, instructions }] of stages.entries()) {
    if (base === name) return { instruction: from, stage };
    const instruction = instructions.find(({ text }) =>
      Array.from(text.matchAll(/[\s,=-]from=([^\s,]+)/g)).some(([, word]) => word === name),
    );
    if (instruction) return { instruction, stage };
  }
  return undefined;
}

function stageWords(
  name: string,
  { instruction: { keyword }, stage }: Place,
  { stages }: Outline,
): string | undefined {
  const word = name.toLowerCase();
  const names = stages.map((one) => one.name);
  if (keyword === 'FROM' && names.includes(word, stage + 1))
    return `The stage ${name} does not stand before the FROM that names it.`;
  const others = names.filter((one, at) => one !== undefined && at !== stage) as string[];
  const known = keyword === 'FROM' ? others.slice(0, stage) : others;
  const meant = suggest(word, known, tooFar(word));
  return meant && `No stage is called ${name}: did you mean ${meant}?`;
}
