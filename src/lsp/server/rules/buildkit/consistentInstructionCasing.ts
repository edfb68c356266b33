import type { Tree } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { at, fromWordsOf, isOneCase } from './support.ts';

export const consistentInstructionCasing: Rule = {
  id: 'ConsistentInstructionCasing',
  severity: 'warning',
  fileWide: true,
  title: 'All instructions should be in one case',
  why: 'The builder takes instructions in any case. One case throughout the file, upper case by custom, sets them apart from what follows them.',
  examples: [
    {
      bad: 'FROM alpine\nrun ls\nCMD ["sh"]\n',
      good: 'FROM alpine\nRUN ls\nCMD ["sh"]\n',
      fixed: true,
    },
    { bad: 'From alpine\n', good: 'FROM alpine\n', fixed: true },
    { bad: 'from alpine\nrun ls\nCmd ["sh"]\n', good: 'from alpine\nrun ls\ncmd ["sh"]\n' },
  ],
  *check({ tree }) {
    const lower = mostAreLower(tree);
    for (const instruction of tree.instructions) {
      if (instruction.stage < 0) continue;
      const { text } = instruction.keyword;
      const wanted = lower ? text.toLowerCase() : text.toUpperCase();
      if (text === wanted) continue;
      const stage = instruction.name === 'FROM' && tree.stages[instruction.stage];
      // In another case than FROM it would be what FromAsCasing finds.
      const [, as] = stage ? fromWordsOf(stage, tree) : [];
      const edits = [instruction.keyword, ...(as && /^as$/i.test(as.text) ? [as] : [])].map(
        (word) => ({
          span: word,
          text: lower ? word.text.toLowerCase() : word.text.toUpperCase(),
        }),
      );
      yield at(instruction, {
        span: instruction.keyword,
        message: `${text} should be in ${lower ? 'lower' : 'upper'} case like most instructions of this file.`,
        fixes: [{ title: `Write ${wanted}`, edits, safe: true }],
      });
    }
  },
};

/** A tie goes to upper case; those in mixed case have no vote, nor have those before the first FROM. */
function mostAreLower({ instructions }: Tree): boolean {
  let balance = 0;
  for (const { keyword, stage } of instructions) {
    if (stage < 0 || !isOneCase(keyword.text)) continue;
    balance += keyword.text === keyword.text.toLowerCase() ? 1 : -1;
  }
  return balance > 0;
}
