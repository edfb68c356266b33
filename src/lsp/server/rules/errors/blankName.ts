import type { Rule } from '../rule.ts';
import { built } from './support/steps.ts';

/** Pairs of ARG, ENV and LABEL without a name. */
export const blankName: Rule = {
  id: 'build-error/blank-name',
  severity: 'error',
  title: 'A pair has a name before its =',
  why: 'In `NAME=value` no spaces stand around `=`: `ENV A =b` is the pair `A` with the value `=b`, and `ARG A =b` has a second argument without a name.',
  examples: [{ bad: 'FROM alpine:3\nENV =1\n', good: 'FROM alpine:3\nENV A=1\n' }],
  check: (file) =>
    ['ARG', 'ENV', 'LABEL'].flatMap((name) =>
      built(file, name).flatMap((instruction) =>
        file
          .pairs(instruction)
          .filter(({ key, value }) => key.text === '' && value)
          .map(({ key, value }) => ({
            span: { start: key.start, end: value?.end ?? key.end },
            message: 'The name before = is missing.',
          })),
      ),
    ),
};
