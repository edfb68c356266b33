import type { Rule } from '../rule.ts';

const RESERVED: ReadonlySet<string> = new Set(['scratch', 'context']);

export const DL3063: Rule = {
  id: 'DL3063',
  same: 'ReservedStageName',
  severity: 'warning',
  title: 'A stage has a name that means something else',
  why: '`scratch` is the empty image and `context` the build context. A stage of that name can’t be told from them.',
  examples: [{ bad: 'FROM debian:12 AS context\n', good: 'FROM debian:12 AS sources\n' }],
  *check({ tree }) {
    for (const { name } of tree.stages)
      if (name && RESERVED.has(name.text.toLowerCase()))
        yield {
          span: name,
          message: `${name.text} has a meaning of its own: choose another name.`,
        };
  },
};
