import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { built } from './support/steps.ts';

/** HEALTHCHECK with something else than its two forms. */
export const invalidHealthcheck: Rule = {
  id: 'build-error/invalid-healthcheck',
  severity: 'error',
  title: 'HEALTHCHECK takes CMD or NONE',
  why: '`HEALTHCHECK CMD command` sets the test of a container, `HEALTHCHECK NONE` drops the base image’s.',
  examples: [
    {
      bad: 'FROM alpine:3\nHEALTHCHECK --interval=1m wget -q localhost\n',
      good: 'FROM alpine:3\nHEALTHCHECK --interval=1m CMD wget -q localhost\n',
      fixed: true,
    },
  ],
  check: (file) =>
    built(file, 'HEALTHCHECK').flatMap((instruction) => {
      const word = argumentWords(instruction, file.tree.escape)[0];
      if (!word || /^(?:cmd|none)$/i.test(word.text)) return [];
      const at = { start: word.start, end: word.start };
      const fixes = [{ title: 'Put CMD before it', edits: [{ span: at, text: 'CMD ' }] }];
      return [{ span: word, message: 'HEALTHCHECK takes CMD and a command, or NONE.', fixes }];
    }),
};
