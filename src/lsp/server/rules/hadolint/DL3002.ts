import type { Instruction } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { argumentSpan, argumentText, dropQuotes } from './words.ts';

export const DL3002: Rule = {
  id: 'DL3002',
  severity: 'warning',
  title: 'The last USER of a stage is root',
  why: 'What runs as root in a container is root on the host’s kernel: a way out of the container is a way to the whole machine. Become root for the steps that need it, then change to a user of few rights.',
  examples: [
    {
      bad: 'FROM debian:12\nUSER root\nRUN useradd -l -u 1001 app\n',
      good: 'FROM debian:12\nUSER root\nRUN useradd -l -u 1001 app\nUSER 1001\n',
    },
  ],
  check(file) {
    const last = new Map<number, Instruction>();
    for (const instruction of file.all('USER'))
      if (!instruction.parent && instruction.stage >= 0) last.set(instruction.stage, instruction);
    return [...last.values()].flatMap((instruction) => {
      const user = dropQuotes(argumentText(instruction));
      if (!/^(?:root|0)(?::|$)/.test(user)) return [];
      const message = `The stage ends as user ${user}: change to one of few rights at its end.`;
      return [{ span: argumentSpan(instruction), message }];
    });
  },
};
