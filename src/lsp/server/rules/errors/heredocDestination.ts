import { isHeredoc } from '../../parser/heredocs.ts';
import { readJson } from '../../parser/json.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { built } from './support/steps.ts';

/** COPY and ADD into a heredoc. */
export const heredocDestination: Rule = {
  id: 'build-error/heredoc-destination',
  severity: 'error',
  title: 'A heredoc is a source, not a destination',
  why: 'The last argument of `COPY` and `ADD` is the path in the image that a heredoc’s body is written to.',
  examples: [
    {
      bad: 'FROM alpine:3\nCOPY /etc/motd <<EOF\nhello\nEOF\n',
      good: 'FROM alpine:3\nCOPY <<EOF /etc/motd\nhello\nEOF\n',
    },
  ],
  check: (file) =>
    [...built(file, 'COPY'), ...built(file, 'ADD')].flatMap((instruction) => {
      const { name, json, logical, args } = instruction;
      if (!logical.text.includes('<<')) return [];
      const words = argumentWords(instruction, file.tree.escape);
      const last = words.at(-1);
      const list = json ? readJson(logical.text.slice(args.from, args.to)) : undefined;
      const text = Array.isArray(list) ? String(list.at(-1)) : last?.text;
      if (!last || words.length < 2 || text === undefined || !isHeredoc(text)) return [];
      return [{ span: last, message: `A heredoc can’t be the destination of ${name}.` }];
    }),
};
