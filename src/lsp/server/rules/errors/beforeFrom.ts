import { INSTRUCTIONS } from '../../data/instructions.ts';
import type { Rule } from '../rule.ts';

/** Instructions before the first FROM. Of a file without any, which may be a part of one, only the first. */
export const beforeFrom: Rule = {
  id: 'build-error/before-from',
  severity: 'error',
  title: 'Only ARG may come before the first FROM',
  why: 'Every other instruction changes a stage, and there is none before the first `FROM`.',
  examples: [
    { bad: 'RUN make\nFROM alpine:3\n', good: 'FROM alpine:3\nRUN make\n' },
    { bad: 'ENV A=1\nARG B\nFROM alpine:3\n', good: 'ARG B\nFROM alpine:3\nENV A=1\n' },
  ],
  check: ({ tree }) => {
    const found = [];
    for (const { name, stage, keyword } of tree.instructions) {
      if (stage >= 0) break;
      if (name === 'ARG') continue;
      // What isn't an instruction may be the FROM that is missed.
      if (!Object.hasOwn(INSTRUCTIONS, name)) break;
      const message = `${name} comes before the first FROM, where only ARG may stand.`;
      found.push({ span: keyword, message });
      if (tree.stages.length === 0) break;
    }
    return found;
  },
};
