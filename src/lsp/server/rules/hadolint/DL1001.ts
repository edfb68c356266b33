import { parsePragma } from '../../parser/pragma.ts';
import type { Rule } from '../rule.ts';
import { wholeLines } from '../edits.ts';

export const DL1001: Rule = {
  id: 'DL1001',
  severity: 'warning',
  off: true,
  title: 'A comment silences rules',
  why: 'Where a pipeline decides which rules hold, a comment in the file should not overrule it. Turn this rule on to find such comments; hadolint’s `disable-ignore-pragma` makes them count for nothing.',
  examples: [
    {
      bad: 'FROM debian:12\n# hadolint ignore=DL3002\nUSER root\n',
      good: 'FROM debian:12\nUSER root\n',
      fixed: true,
    },
  ],
  *check({ tree }) {
    for (const span of tree.comments) {
      const pragma = parsePragma(tree.source.slice(span.start, span.end), () => false);
      if (pragma?.kind !== 'ignore' || pragma.scope !== 'next') continue;
      const edits = [{ span: wholeLines(span, tree.source), text: '' }];
      yield {
        span,
        message: `This comment silences ${pragma.names.join(', ')}.`,
        fixes: [{ title: 'Remove the comment', edits }],
      };
    }
  },
};
