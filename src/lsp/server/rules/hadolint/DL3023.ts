import type { Rule } from '../rule.ts';
import { dropQuotes, flagValue } from './words.ts';

export const DL3023: Rule = {
  id: 'DL3023',
  same: 'build-error/circular-dependency',
  severity: 'error',
  title: 'COPY --from names its own stage',
  why: 'A stage can’t take files from itself: it would have to be built before it is built. Use `RUN cp` for files that are already there.',
  examples: [
    {
      bad: 'FROM node:22 AS app\nCOPY --from=app /a /b\n',
      good: 'FROM node:22 AS tools\nFROM node:22 AS app\nCOPY --from=tools /a /b\n',
    },
  ],
  *check(file) {
    for (const instruction of file.all('COPY')) {
      // A trigger runs in a stage that starts from this one, which it may well take files from.
      if (instruction.parent) continue;
      const value = flagValue(instruction, 'from');
      const name = file.stageOf(instruction)?.name?.text.toLowerCase();
      if (value && name !== undefined && dropQuotes(value.text).toLowerCase() === name)
        yield { span: value, message: `This is stage ${name} itself.` };
    }
  },
};
