import type { Rule } from '../rule.ts';
import { shown } from './support/suggest.ts';

/** Heredocs that reach the end of the file. */
export const unterminatedHeredoc: Rule = {
  id: 'build-error/unterminated-heredoc',
  severity: 'error',
  title: 'A heredoc ends with a line that is just its name',
  why: 'The name stands alone on its line, without white space before or after it; `<<-` allows tabs before. The builder takes every word of `RUN`, `COPY` and `ADD` for a heredoc that begins with `<<`, in comments of the shell and in arithmetic too: `$((1 << 2))` opens one that ends at a line `2))`.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN <<EOF\nmake\n',
      good: 'FROM alpine:3\nRUN <<EOF\nmake\nEOF\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3\nRUN echo $((1 << 2))\n',
      good: 'FROM alpine:3\nRUN echo $((1<<2))\n',
    },
  ],
  check: ({ tree }) =>
    tree.instructions.flatMap(({ heredocs }) =>
      heredocs
        .filter(({ terminator }) => !terminator)
        .map(({ operator, name }) => {
          if (/[()]/.test(name))
            return {
              span: operator,
              message: `The builder takes << for a heredoc that ends at a line ${shown(name)}, and there is none. Write it without spaces around, or in quotes.`,
            };
          const end = { start: tree.source.length, end: tree.source.length };
          const feed = tree.source.endsWith('\n') ? '' : '\n';
          return {
            span: operator,
            message: `The heredoc never ends: no line is just ${shown(name)}.`,
            fixes: [
              {
                title: `Add ${shown(name)} at the end`,
                edits: [{ span: end, text: `${feed}${name}\n` }],
              },
            ],
          };
        }),
    ),
};
