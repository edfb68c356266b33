import type { Rule } from '../rule.ts';
import { mountFindings } from './support/mounts.ts';

/** Keys that mounts don't have. */
export const unknownMountKey: Rule = {
  id: 'build-error/unknown-mount-key',
  severity: 'error',
  title: 'A mount has the keys of its type',
  why: '`required` is for `secret` and `ssh`, `size` for `tmpfs`, and the type stands before them: the builder reads the fields in order.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --mount=type=cache,taget=/root/.cache make\n',
      good: 'FROM alpine:3\nRUN --mount=type=cache,target=/root/.cache make\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3\nRUN --mount=type=cache,target=/c,required make\n',
      good: 'FROM alpine:3\nRUN --mount=type=cache,target=/c make\n',
    },
  ],
  check: (file) => mountFindings(file, 'key'),
};
