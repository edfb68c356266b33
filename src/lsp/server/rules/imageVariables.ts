import { baseImage } from '../model/baseImage.ts';
import type { BaseImage } from '../model/baseImage.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import type { Step } from '../model/scopes.ts';
import type { Finding, KnownImages } from './rule.ts';

/** A finding that holds only as long as the base image doesn't set variables. */
interface Doubtful {
  readonly names: readonly string[];
  readonly step: Step;
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

/** Names of the variables that an image sets, as the engine says, or the registry where the engine has no such image. */
export async function variablesOf(
  images: KnownImages,
  { reference, platform }: BaseImage,
): Promise<readonly string[]> {
  const local = await images.local(reference);
  if (local) return local.variables ?? [];
  return images.variables(reference, platform ?? (await images.platform()));
}
