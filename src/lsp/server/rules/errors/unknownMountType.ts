import { withdrawUnset } from '../imageVariables.ts';
import type { Rule } from '../rule.ts';
import { mountFindings } from './support/mounts.ts';

/** RUN --mount of a type that there isn't. */
export const unknownMountType: Rule = {
  id: 'build-error/unknown-mount-type',
  severity: 'error',
  title: 'A mount is a bind, cache, tmpfs, secret or ssh',
  why: 'Those are the types of `RUN --mount`; without `type=` it is `bind`.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --mount=type=cahce,target=/root/.cache make\n',
      good: 'FROM alpine:3\nRUN --mount=type=cache,target=/root/.cache make\n',
      fixed: true,
    },
  ],
  check: (file) => mountFindings(file, 'type'),
  checkImages: (file, images) => withdrawUnset(file, images, mountFindings(file, 'type')),
};
