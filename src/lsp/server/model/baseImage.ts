import type { Stage } from '../parser/tree.ts';
import type { Dockerfile } from './dockerfile.ts';
import { parsePlatform } from './platform.ts';

/** What the layers of a stage lie on. */
export interface BaseImage {
  /** Variables replaced. */
  readonly reference: string;
  /** The `os/architecture` that FROM names; undefined where the builder's decides, or a variable. */
  readonly platform: string | undefined;
}

/** The image that a stage starts from in the end; undefined when there is none or it isn't known. */
export function baseImage(file: Dockerfile, stage: Stage): BaseImage | undefined {
  const first = file.chain(stage).at(-1);
  const { image, platformText = '$' } = first ? file.scopes().from(first) : {};
  if (!image || image.error || image.value === '' || image.value === 'scratch') return undefined;
  const platform = platformText.includes('$') ? undefined : parsePlatform(platformText);
  return {
    reference: image.value,
    platform: platform && `${platform.os}/${platform.architecture}`,
  };
}
