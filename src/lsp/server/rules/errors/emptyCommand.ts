import { readJson } from '../../parser/json.ts';
import type { Rule } from '../rule.ts';
import { built } from './support/steps.ts';

/** RUN with an array of nothing, which the builder refuses only when all of the file has been read and checked. */
export const emptyCommand: Rule = {
  id: 'build-error/empty-command',
  severity: 'error',
  title: 'The array of a RUN holds a command',
  why: '`RUN []` names no program to run, and no stage that holds one can be built. `CMD []` and `ENTRYPOINT []` may be empty: they take back what the base image says.',
  examples: [{ bad: 'FROM alpine:3\nRUN []\n', good: 'FROM alpine:3\nRUN ["/bin/true"]\n' }],
  check: (file) =>
    built(file, 'RUN').flatMap(({ json, logical, args, keyword }) =>
      json && readJson(logical.text.slice(args.from, args.to))?.length === 0
        ? [{ span: keyword, message: 'This RUN has no command: its array is empty.' }]
        : [],
    ),
};
