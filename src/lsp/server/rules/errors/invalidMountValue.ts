import { withdrawUnset } from '../imageVariables.ts';
import type { Rule } from '../rule.ts';
import { mountFindings } from './support/mounts.ts';

/** Fields of mounts with a value of another kind. */
export const invalidMountValue: Rule = {
  id: 'build-error/invalid-mount-value',
  severity: 'error',
  title: 'The fields of a mount have values of their kind',
  why: '`readonly`, `readwrite` and `required` are true or false or stand alone, `mode` is octal, `uid` and `gid` are numbers, `size` is a number with or without a unit, and `sharing` is `shared`, `private` or `locked`. All others need a value.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --mount=type=cache,target=/c,sharing=lock make\n',
      good: 'FROM alpine:3\nRUN --mount=type=cache,target=/c,sharing=locked make\n',
    },
    {
      bad: 'FROM alpine:3\nRUN --mount=type=secret,id=key,mode=u+r make\n',
      good: 'FROM alpine:3\nRUN --mount=type=secret,id=key,mode=0400 make\n',
    },
  ],
  check: (file) => mountFindings(file, 'value'),
  checkImages: (file, images) => withdrawUnset(file, images, mountFindings(file, 'value')),
};
