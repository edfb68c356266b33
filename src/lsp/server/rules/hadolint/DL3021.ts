import type { Fix, Rule } from '../rule.ts';
import { dropQuotes, innerSpan, transferOf } from './words.ts';

/** What is a folder with and without a slash; anything else may become a file that each source replaces. */
const FOLDER = /^(?:.*\/)?\.{1,2}$/;

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
      const path = dropQuotes(target?.text ?? '');
      if (!target || sources.length < 2 || path.endsWith('/')) continue;
      const { end } = innerSpan(target);
      const edits = [{ span: { start: end, end }, text: '/' }];
      const fix: Fix = { title: 'Add the slash', edits };
      yield {
        span: target,
        message: 'What several files are copied to is a folder: end it with a slash.',
        fixes: [FOLDER.test(path) ? { ...fix, safe: true } : fix],
      };
    }
  },
};
