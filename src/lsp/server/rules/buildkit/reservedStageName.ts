import type { Rule } from '../rule.ts';
import { at, nameOf } from './support.ts';

const RESERVED = new Set(['scratch', 'context']);

export const reservedStageName: Rule = {
  id: 'ReservedStageName',
  same: 'DL3063',
  severity: 'warning',
  fileWide: true,
  title: 'A stage should not be called scratch or context',
  why: '`scratch` is the empty image and `context` the build context. A stage of that name hides them, or is hidden.',
  examples: [{ bad: 'FROM alpine AS scratch\n', good: 'FROM alpine AS base\n' }],
  *check({ tree }) {
    for (const stage of tree.stages) {
      const name = nameOf(stage);
      if (!stage.name || name === undefined || !RESERVED.has(name)) continue;
      yield at(stage.from, {
        span: stage.name,
        message: `${name} has a meaning of its own for the builder. Give the stage another name.`,
      });
    }
  },
};
