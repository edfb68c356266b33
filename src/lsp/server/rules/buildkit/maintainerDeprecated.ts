import type { Instruction } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { unquote } from '../../parser/words.ts';
import type { Fix, Rule } from '../rule.ts';
import { at } from './support.ts';

export const maintainerDeprecated: Rule = {
  id: 'MaintainerDeprecated',
  same: 'DL4000',
  severity: 'warning',
  title: 'MAINTAINER is deprecated',
  why: 'Use a label, which every tool shows and which more than one can be set of: `LABEL org.opencontainers.image.authors="…"`.',
  examples: [
    {
      bad: 'FROM alpine\nMAINTAINER Jo <jo@example.com>\n',
      good: 'FROM alpine\nLABEL org.opencontainers.image.authors="Jo <jo@example.com>"\n',
      fixed: true,
    },
  ],
  *check({ tree }) {
    for (const instruction of tree.instructions) {
      if (instruction.name !== 'MAINTAINER') continue;
      yield at(instruction, {
        span: instruction.keyword,
        message: 'MAINTAINER is deprecated. Use LABEL org.opencontainers.image.authors instead.',
        fixes: fixes(instruction, tree.escape),
        tag: 'deprecated',
      });
    }
  },
};

function fixes({ keyword, args, logical }: Instruction, escape: string): Fix[] {
  if (args.to <= args.from) return [];
  const text = unquote(logical.text.slice(args.from, args.to));
  // MAINTAINER takes its text as it is; in a label, quotes, variables and escapes have a meaning.
  const value = Array.from(text, (char) =>
    char === '"' || char === '$' || char === escape ? escape + char : char,
  ).join('');
  const label = keyword.text === keyword.text.toLowerCase() ? 'label' : 'LABEL';
  return [
    {
      title: 'Use LABEL org.opencontainers.image.authors',
      edits: [
        { span: keyword, text: label },
        {
          span: toSpan(logical, args.from, args.to),
          text: `org.opencontainers.image.authors="${value}"`,
        },
      ],
    },
  ];
}
