import type { Rule } from '../rule.ts';
import { dropQuotes, flagValue, transferOf } from './words.ts';

export const DL3067: Rule = {
  id: 'DL3067',
  severity: 'warning',
  title: 'COPY takes over a whole file system',
  why: 'All of another image’s files in one layer bring along its system and its leftovers, and none of its configuration. Start from that stage with `FROM`, or copy what is needed.',
  examples: [
    {
      bad: 'FROM debian:12 AS build\nFROM scratch\nCOPY --from=build / /\n',
      good: 'FROM debian:12 AS build\nFROM scratch\nCOPY --from=build /srv/app /srv/app\n',
    },
  ],
  *check(file) {
    for (const instruction of file.all('COPY')) {
      if (!flagValue(instruction, 'from')) continue;
      const { sources, target } = transferOf(instruction, file.tree.escape);
      const source = sources.find(({ text }) => dropQuotes(text) === '/');
      if (source && target && dropQuotes(target.text) === '/')
        yield {
          span: { start: source.start, end: Math.max(source.end, target.end) },
          message: 'This copies a whole file system: copy what is needed, or start FROM it.',
        };
    }
  },
};
