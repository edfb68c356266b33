import type { Rule } from '../rule.ts';
import { replace, wholeLines } from '../edits.ts';

/** A directive that stands twice. */
export const repeatedDirective: Rule = {
  id: 'build-error/repeated-directive',
  severity: 'error',
  title: 'A directive stands only once',
  why: 'Which of two `# escape=`, `# syntax=` or `# check=` lines holds would be a guess, so the builder takes neither. Several options of `check` go into one line: `# check=skip=A,B;error=true`.',
  examples: [
    {
      bad: '# syntax=docker/dockerfile:1\n# syntax=docker/dockerfile:1.7\nFROM alpine:3\n',
      good: '# syntax=docker/dockerfile:1\nFROM alpine:3\n',
      fixed: true,
    },
  ],
  check: ({ tree: { repeated, source } }) => {
    if (!repeated) return [];
    const { start, end, name } = repeated;
    const line = wholeLines(repeated, source);
    const message = `The directive ${name} stands twice; only one may.`;
    return [{ span: { start, end }, message, fixes: [replace('Remove the second one', line, '')] }];
  },
};
