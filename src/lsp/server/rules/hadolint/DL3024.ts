import type { Rule } from '../rule.ts';

export const DL3024: Rule = {
  id: 'DL3024',
  same: 'DuplicateStageName',
  severity: 'error',
  title: 'Two stages have one name',
  why: 'What refers to the name gets the last stage of that name above it, and `--target` the last one in the file. Give each stage a name of its own.',
  examples: [
    {
      bad: 'FROM golang:1.24 AS build\nFROM node:22 AS build\n',
      good: 'FROM golang:1.24 AS build\nFROM node:22 AS assets\n',
    },
  ],
  *check(file) {
    const names = new Set<string>();
    for (const { name } of file.tree.stages) {
      if (!name) continue;
      const key = name.text.toLowerCase();
      if (names.has(key))
        yield { span: name, message: `A stage above is called ${name.text} already.` };
      names.add(key);
    }
  },
};
