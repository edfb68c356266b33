import { append } from '../../../util/multimap.ts';
import { baseImage } from '../model/baseImage.ts';
import type { BaseImage } from '../model/baseImage.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import type { Step } from '../model/scopes.ts';
import type { ImageFacts } from '../../../util/imageRequest.ts';
import type { Instruction, Span, Stage } from '../parser/tree.ts';
import { instructionAt } from '../parser/tree.ts';
import type { Finding, KnownImages } from './rule.ts';

/** A finding that holds only as long as the base image doesn't set variables. */
export interface Doubtful {
  readonly names: readonly string[];
  /** Its place tells in which stage. */
  readonly step: Pick<Step, 'place'>;
  readonly finding: Finding;
}

/**
 * Withdraws findings of which the base image sets all variables, as far as the engine knows the image or else its registry.
 * BuildKit has read the image before it says anything.
 */
export async function withdrawSet(
  file: Dockerfile,
  images: KnownImages,
  doubtful: readonly Doubtful[],
): Promise<Finding[]> {
  const found = doubtful.map(async ({ names, step, finding }): Promise<Finding[]> => {
    const stage = file.tree.stages[step.place.stage];
    const image = stage && baseImage(file, stage);
    if (image === undefined) return [];
    // Answers are remembered below: many variables of one image are one question.
    const set = new Set(await variablesOf(images, image));
    return names.every((name) => set.has(name)) ? [{ ...finding, fixes: [], withdraws: true }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** A piece of an instruction that becomes what it does for want of variables. */
interface Wanting {
  readonly names: readonly string[];
  readonly step: Step;
  readonly span: Span;
}

/** What is looked at in one instruction: a hostile one may have any number of words. */
const MOST_PIECES = 200;

/**
 * Withdraws findings about words that hang on variables without a value here, where the base image sets all of these: what
 * the words become isn't known then. As {@link withdrawSet} otherwise.
 */
export async function withdrawUnset(
  file: Dockerfile,
  images: KnownImages,
  findings: Iterable<Finding>,
): Promise<Finding[]> {
  const wanting = file.once(wantingPieces);
  const doubtful = [...findings].flatMap((finding): Doubtful[] => {
    const instruction = instructionAt(file.tree, finding.span.start);
    const pieces = ((instruction && wanting.get(instruction)) ?? []).filter(
      ({ span }) => span.start <= finding.span.end && finding.span.start <= span.end,
    );
    const [first] = pieces;
    return first
      ? [{ names: pieces.flatMap(({ names }) => names), step: first.step, finding }]
      : [];
  });
  return withdrawSet(file, images, doubtful);
}

/** The pieces that hang on variables that have no value, by the instruction that stands in the file. */
function wantingPieces(file: Dockerfile): Map<Instruction, Wanting[]> {
  const wanting = new Map<Instruction, Wanting[]>();
  for (const stage of file.tree.stages)
    for (const step of file.scopes().steps(stage)) {
      const outer = step.instruction.parent ?? step.instruction;
      for (const { piece, wanting: names } of step.expanded.slice(0, MOST_PIECES))
        if (names.length > 0) append(wanting, outer, { names, step, span: piece.span });
    }
  return wanting;
}

/** Withdraws findings that do not hold where the engine has the base image of their stage, and it is such. */
export async function withdrawWhere(
  file: Dockerfile,
  images: KnownImages,
  doubtful: Iterable<{ readonly finding: Finding; readonly stage: Stage }>,
  isSuch: (image: ImageFacts) => boolean,
): Promise<Finding[]> {
  const found = [...doubtful].map(async ({ finding, stage }): Promise<Finding[]> => {
    const image = baseImage(file, stage);
    const known = image && (await images.local(image.reference));
    return known && isSuch(known) ? [{ ...finding, fixes: [], withdraws: true }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Names of the variables that an image sets, as the engine says, or the registry where the engine has no such image. */
export async function variablesOf(
  images: KnownImages,
  { reference, platform }: BaseImage,
): Promise<readonly string[]> {
  const local = await images.local(reference);
  if (local) return local.variables ?? [];
  return images.variables(reference, platform ?? (await images.platform()));
}
