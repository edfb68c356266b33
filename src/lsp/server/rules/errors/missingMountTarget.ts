import { withdrawUnset } from '../imageVariables.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { baseImage } from '../../model/baseImage.ts';
import type { Finding, KnownImages, Rule } from '../rule.ts';
import { mountFindings, unplacedMounts } from './support/mounts.ts';

/** Mounts that would cover the whole image. */
export const missingMountTarget: Rule = {
  id: 'build-error/missing-mount-target',
  severity: 'error',
  title: 'A mount has a target',
  why: 'A relative target, and none at all, counts from the working directory. That is `/` until a `WORKDIR` says otherwise, and a mount there would hide the whole image. The editor takes into account what a base image says that the engine has.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --mount=type=cache make\n',
      good: 'FROM alpine:3\nRUN --mount=type=cache,target=/root/.cache make\n',
    },
    {
      bad: 'FROM alpine:3\nRUN --mount=target=. make\n',
      good: 'FROM alpine:3\nWORKDIR /src\nRUN --mount=target=. make\n',
    },
  ],
  check: (file) => mountFindings(file, 'target'),
  checkImages: async (file, images) => [
    ...(await withdrawUnset(file, images, mountFindings(file, 'target'))),
    ...(await withdrawPlaced(file, images)),
  ],
};

/** Withdraws what is found of mounts that lie in the working directory of a base image that the engine has. */
async function withdrawPlaced(file: Dockerfile, images: KnownImages): Promise<Finding[]> {
  const found = unplacedMounts(file).map(async ({ finding, stage }): Promise<Finding[]> => {
    const image = baseImage(file, stage);
    const known = image && (await images.local(image.reference));
    return known?.workdir ? [{ ...finding, withdraws: true }] : [];
  });
  return (await Promise.all(found)).flat();
}
