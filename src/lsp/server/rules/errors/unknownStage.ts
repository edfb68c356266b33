import type { Rule } from '../rule.ts';
import { sourceReferences } from './support/stages.ts';

/** COPY --from with the number of a stage that isn't there. */
export const unknownStage: Rule = {
  id: 'build-error/unknown-stage',
  severity: 'error',
  title: '--from refers to a stage that there is',
  why: 'A number in `--from` counts the stages from 0. Better than a number is the name that `FROM … AS name` gives: it stays right when stages are added.',
  examples: [
    {
      bad: 'FROM alpine:3\nFROM debian:12\nCOPY --from=2 /a /a\n',
      good: 'FROM alpine:3\nFROM debian:12\nCOPY --from=0 /a /a\n',
    },
  ],
  check: (file) =>
    file.once(sourceReferences).flatMap(({ target, word }) => {
      if (target.kind !== 'nothing') return [];
      const last = file.tree.stages.length - 1;
      const there = last === 0 ? 'the only one is 0' : `they are 0 to ${last}`;
      return [{ span: word, message: `There is no stage of this number; ${there}.` }];
    }),
};
