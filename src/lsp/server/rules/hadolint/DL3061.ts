import { INSTRUCTIONS } from '../../data/instructions.ts';
import type { Rule } from '../rule.ts';

export const DL3061: Rule = {
  id: 'DL3061',
  same: 'build-error/before-from',
  severity: 'error',
  title: 'Something other than ARG stands before the first FROM',
  why: 'Every instruction works on the image of a stage, which `FROM` begins. Only `ARG`, comments and directives may stand before the first one.',
  examples: [
    {
      bad: 'LABEL vendor="Example"\nFROM debian:12\n',
      good: 'FROM debian:12\nLABEL vendor="Example"\n',
    },
  ],
  *check({ tree }) {
    for (const { stage, name, keyword } of tree.instructions) {
      if (stage >= 0) return;
      // A line that no instruction begins is said to be that.
      if (name !== 'ARG' && name !== 'FROM' && Object.hasOwn(INSTRUCTIONS, name))
        yield { span: keyword, message: `${keyword.text} stands before the first FROM.` };
    }
  },
};
