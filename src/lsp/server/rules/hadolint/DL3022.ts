import { nearest, shown } from '../errors/support/suggest.ts';
import type { Rule } from '../rule.ts';
import { dropQuotes, flagValue, innerSpan } from './words.ts';
import { replace } from '../edits.ts';

/** Of more stages, the one that was meant isn't looked for. */
const MOST_NAMES = 200;

export const DL3022: Rule = {
  id: 'DL3022',
  same: 'build-error/unknown-stage',
  severity: 'warning',
  title: 'COPY --from names no stage above',
  why: 'A name that is no stage is taken for an image, which is then pulled. Most often it is a stage’s name with a typing error. An image that is meant should have its tag.',
  examples: [
    {
      bad: 'FROM golang:1.24 AS build\nFROM scratch\nCOPY --from=biuld /app /app\n',
      good: 'FROM golang:1.24 AS build\nFROM scratch\nCOPY --from=build /app /app\n',
      fixed: true,
    },
  ],
  *check(file) {
    const names = new Set<string>();
    let stages = 0;
    for (const instruction of file.all('FROM', 'COPY')) {
      if (instruction.name === 'FROM') {
        const name = instruction.parent ? undefined : file.stageOf(instruction)?.name;
        if (name) names.add(name.text.toLowerCase());
        if (!instruction.parent) stages++;
        continue;
      }
      const value = flagValue(instruction, 'from');
      const from = dropQuotes(value?.text ?? '');
      if (!value || from === '' || from.includes(':') || names.has(from.toLowerCase())) continue;
      if (/^\d+$/.test(from) && Number(from) < stages) continue;
      if (instruction.parent) {
        yield {
          span: value,
          message: `${shown(from)} is taken for an image unless the file that starts from this image has a stage of that name.`,
        };
        continue;
      }
      // A stage can't take files from itself.
      const own = file.stageOf(instruction)?.name?.text.toLowerCase();
      const above = names.size <= MOST_NAMES ? [...names].filter((name) => name !== own) : [];
      const meant = nearest(from.toLowerCase(), above);
      yield {
        span: value,
        message: `No stage above is called ${shown(from)}, so it is taken for an image.`,
        fixes: meant === undefined ? [] : [replace(`Change to ${meant}`, innerSpan(value), meant)],
      };
    }
  },
};
