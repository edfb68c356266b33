import type { Stage } from '../parser/tree.ts';
import type { Dockerfile } from './dockerfile.ts';

/** The image that a stage starts from in the end, variables replaced; undefined when there is none or it isn't known. */
export function baseImage(file: Dockerfile, stage: Stage): string | undefined {
  const first = file.chain(stage).at(-1);
  const image = first && file.scopes().from(first).image;
  return !image || image.error || image.value === '' || image.value === 'scratch'
    ? undefined
    : image.value;
}
