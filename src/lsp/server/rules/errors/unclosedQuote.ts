import type { Finding, Rule } from '../rule.ts';
import { failures } from './support/expansions.ts';
import { flagged } from './support/flags.ts';

const MATCHING = /looking for matching (single|double)-quote$/;

/** Quotes that are opened and not closed. */
export const unclosedQuote: Rule = {
  id: 'build-error/unclosed-quote',
  severity: 'error',
  title: 'A quote that is opened is closed',
  why: "The builder reads quotes in the arguments of all instructions but `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`, `MAINTAINER` and `SHELL`. An apostrophe that is one is escaped, `don\\'t`, or stands in double quotes.",
  examples: [
    {
      bad: 'FROM alpine:3\nENV GREETING="hello\n',
      good: 'FROM alpine:3\nENV GREETING="hello"\n',
      fixed: true,
    },
    {
      bad: "FROM alpine:3\nLABEL note=don't\n",
      good: 'FROM alpine:3\nLABEL note="don\'t"\n',
    },
  ],
  check: (file) => [
    ...file.once(failures).flatMap(({ message, span, word }): Finding[] => {
      const kind = MATCHING.exec(message)?.[1];
      if (!kind) return [];
      const mark = kind === 'single' ? "'" : '"';
      const open = { start: span.start, end: Math.min(span.start + 1, file.tree.source.length) };
      const end = { start: word.end, end: word.end };
      return [
        {
          span: open.end > open.start ? open : span,
          message: `This ${kind} quote is never closed.`,
          fixes: [{ title: `Close it with ${mark}`, edits: [{ span: end, text: mark }] }],
        },
      ];
    }),
    ...file
      .once(flagged)
      // RUN does without arguments, all of which the flag takes.
      .filter(({ name }) => name !== 'RUN')
      .flatMap(({ flags }) =>
        flags
          .filter(({ open }) => open)
          .map((flag) => ({ span: flag, message: 'A quote in this flag is never closed.' })),
      ),
  ],
};
