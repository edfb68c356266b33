import { toUpper } from '../../parser/space.ts';
import type { Rule } from '../rule.ts';
import { at, fromWordsOf, isOneCase } from './support.ts';
import { safeReplace } from '../edits.ts';

export const fromAsCasing: Rule = {
  id: 'FromAsCasing',
  severity: 'warning',
  title: 'AS should be in the same case as FROM',
  why: '`FROM` and `AS` are one instruction. In different cases they look like two habits in one file and are harder to search for.',
  examples: [
    { bad: 'FROM alpine as base\n', good: 'FROM alpine AS base\n', fixed: true },
    { bad: 'from alpine AS base\n', good: 'from alpine as base\n', fixed: true },
  ],
  *check({ tree }) {
    for (const stage of tree.stages) {
      const { keyword } = stage.from;
      const words = fromWordsOf(stage, tree);
      const as = words[1];
      if (!as || words.length < 3 || !isOneCase(keyword.text)) continue;
      const lower = keyword.text === keyword.text.toLowerCase();
      const wanted = lower ? as.text.toLowerCase() : toUpper(as.text);
      if (as.text === wanted) continue;
      yield at(stage.from, {
        span: as,
        message: `${as.text} is in another case than ${keyword.text}.`,
        fixes: [safeReplace(`Write ${wanted}`, as, wanted)],
      });
    }
  },
};
