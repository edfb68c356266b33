import { withdrawSet, withdrawUnset, withdrawWhere } from '../imageVariables.ts';
import type { Rule } from '../rule.ts';
import { mountFindings, unplacedMounts, wanderingMounts } from './support/mounts.ts';

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
    ...(await withdrawSet(file, images, wanderingMounts(file))),
    ...(await withdrawWhere(file, images, unplacedMounts(file), ({ workdir }) => workdir === true)),
  ],
};
