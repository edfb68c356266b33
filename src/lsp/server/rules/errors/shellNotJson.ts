import { toSpan } from '../../parser/tree.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { built } from './support/steps.ts';
import { replace } from '../edits.ts';

/** SHELL in another form than JSON. */
export const shellNotJson: Rule = {
  id: 'build-error/shell-not-json',
  severity: 'error',
  title: 'SHELL takes a JSON array',
  why: '`SHELL` names the program that the shell forms run in and its arguments, so it can’t be in shell form itself.',
  examples: [
    {
      bad: 'FROM alpine:3\nSHELL /bin/ash -c\n',
      good: 'FROM alpine:3\nSHELL ["/bin/ash", "-c"]\n',
      fixed: true,
    },
  ],
  check: (file) =>
    built(file, 'SHELL').flatMap((instruction) => {
      const { logical, args, json } = instruction;
      if (json || args.from === args.to) return [];
      const span = toSpan(logical, args.from, args.to);
      const message = 'SHELL takes a JSON array of strings, such as ["/bin/bash", "-c"].';
      const words = argumentWords(instruction, file.tree.escape).map(({ text }) => unquote(text));
      if (words.length > 20 || words.some((word) => /[[\]"',]/.test(word)))
        return [{ span, message }];
      const array = `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
      return [{ span, message, fixes: [replace('Change to a JSON array', span, array)] }];
    }),
};
