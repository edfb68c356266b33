import { invalidTrigger } from '../errors/invalidTrigger.ts';
import type { Rule } from '../rule.ts';

export const DL3043: Rule = {
  id: 'DL3043',
  same: 'build-error/invalid-trigger',
  severity: 'error',
  title: 'ONBUILD triggers what it must not',
  why: 'What `ONBUILD` holds runs in the build of another image, right after its `FROM`. The builder refuses `FROM`, `MAINTAINER` and another `ONBUILD` there.',
  examples: [
    {
      bad: 'FROM node:22\nONBUILD ONBUILD RUN npm ci\n',
      good: 'FROM node:22\nONBUILD RUN npm ci\n',
      fixed: true,
    },
  ],
  check: invalidTrigger.check,
};
