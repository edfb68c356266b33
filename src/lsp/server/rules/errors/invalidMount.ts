import { withdrawUnset } from '../imageVariables.ts';
import type { Rule } from '../rule.ts';
import { mountFindings } from './support/mounts.ts';

/** Mounts whose fields don't go together. */
export const invalidMount: Rule = {
  id: 'build-error/invalid-mount',
  severity: 'error',
  title: 'The fields of a mount go together',
  why: 'A secret has an `id` (or a `source`) and comes from no stage; `sharing` is for `cache`; `mode`, `uid` and `gid` are for `cache`, `secret` and `ssh`.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --mount=type=secret,required=true make\n',
      good: 'FROM alpine:3\nRUN --mount=type=secret,id=key,required=true make\n',
    },
    {
      bad: 'FROM alpine:3\nRUN --mount=type=bind,target=/src,uid=1000 make\n',
      good: 'FROM alpine:3\nRUN --mount=type=bind,target=/src make\n',
    },
  ],
  check: (file) => mountFindings(file, 'combination'),
  checkImages: (file, images) => withdrawUnset(file, images, mountFindings(file, 'combination')),
};
