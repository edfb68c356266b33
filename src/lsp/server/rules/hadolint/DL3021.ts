import type { Rule } from '../rule.ts';
import { dropQuotes, innerSpan, transferOf } from './words.ts';

export const DL3021: Rule = {
  id: 'DL3021',
  severity: 'error',
  title: 'COPY of several sources lacks the slash at its end',
  why: 'Several files go into a folder. The slash at the end says so: to the reader, and to builders that refuse the instruction without it.',
  examples: [
    {
      bad: 'FROM node:22\nCOPY package.json package-lock.json /app\n',
      good: 'FROM node:22\nCOPY package.json package-lock.json /app/\n',
      fixed: true,
    },
    {
      bad: 'FROM node:22\nCOPY ["a.txt", "b.txt", "/app"]\n',
      good: 'FROM node:22\nCOPY ["a.txt", "b.txt", "/app/"]\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const instruction of file.all('COPY')) {
      const { sources, target } = transferOf(instruction, file.tree.escape);
      if (!target || sources.length < 2 || dropQuotes(target.text).endsWith('/')) continue;
      const { end } = innerSpan(target);
      const at = { start: end, end };
      yield {
        span: target,
        message: 'What several files are copied to is a folder: end it with a slash.',
        fixes: [{ title: 'Add the slash', edits: [{ span: at, text: '/' }], safe: true }],
      };
    }
  },
};
