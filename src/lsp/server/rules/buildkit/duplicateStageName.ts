import type { Rule } from '../rule.ts';
import { at, nameOf } from './support.ts';

export const duplicateStageName: Rule = {
  id: 'DuplicateStageName',
  same: 'DL3024',
  severity: 'warning',
  fileWide: true,
  title: 'Stage names should be unique',
  why: 'Where two stages have one name, in whatever case, the name means the later one from there on, and nothing can copy from the earlier one or build it by name.',
  examples: [
    {
      bad: 'FROM golang AS build\nFROM node AS build\n',
      good: 'FROM golang AS server\nFROM node AS assets\n',
    },
  ],
  *check({ tree }) {
    const seen = new Set<string>();
    for (const stage of tree.stages) {
      const name = nameOf(stage);
      if (name === undefined || !stage.name) continue;
      if (seen.has(name))
        yield at(stage.from, {
          span: stage.name,
          message: `Another stage is called ${name} already, and can no longer be named from here on.`,
        });
      seen.add(name);
    }
  },
};
