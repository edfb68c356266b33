import type { Rule } from '../rule.ts';
import { replace } from '../edits.ts';

/** An escape directive with another character than the two that there are. */
export const invalidEscape: Rule = {
  id: 'build-error/invalid-escape',
  severity: 'error',
  title: 'The escape character is a backslash or a backtick',
  why: '`# escape=` takes `\\`, which is the default, or `` ` `` for Windows paths.',
  examples: [
    {
      bad: '# escape=^\nFROM alpine:3\n',
      good: '# escape=`\nFROM alpine:3\n',
      fixed: true,
    },
  ],
  check: ({ tree }) =>
    tree.directives
      .filter(({ name, value }) => name === 'escape' && value !== '\\' && value !== '`')
      .map(({ valueSpan }) => ({
        span: valueSpan,
        message: 'The escape character is either \\ or `.',
        fixes: ['`', '\\'].map((char) => replace(`Use ${char}`, valueSpan, char)),
      })),
};
