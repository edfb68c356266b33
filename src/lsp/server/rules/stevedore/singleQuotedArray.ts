import { toSpan } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';

/** An array that isn't one, for JSON knows double quotes only. */
export const singleQuotedArray: Rule = {
  id: 'stevedore/single-quoted-array',
  severity: 'error',
  title: 'A JSON array is written with single quotes',
  why: 'The exec form is JSON, which has double quotes. With single ones the text is taken for the shell form, and the shell is asked to run a program called `[node,`: the container ends at once with `not found`.',
  examples: [
    {
      bad: "FROM node:22.11.0\nCMD ['node', 'server.js']\n",
      good: 'FROM node:22.11.0\nCMD ["node", "server.js"]\n',
      fixed: true,
    },
    {
      bad: "FROM alpine:3.20\nVOLUME ['/data']\n",
      good: 'FROM alpine:3.20\nVOLUME ["/data"]\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file
      .all('CMD', 'ENTRYPOINT', 'RUN', 'VOLUME', 'COPY', 'ADD')
      .flatMap(({ json, logical, args, name }) => {
        const text = json ? '' : logical.text.slice(args.from, args.to);
        if (!ARRAY.test(text)) return [];
        const edits = [...text.matchAll(/'/g)].map(({ index }) => ({
          span: toSpan(logical, args.from + index, args.from + index + 1),
          text: '"',
        }));
        return [
          {
            span: toSpan(logical, args.from, args.to),
            message: `JSON takes double quotes: with single ones ${name} reads this as plain text.`,
            fixes: [{ title: 'Use double quotes', edits }],
          },
        ];
      }),
};

/** Strings in single quotes between brackets, with nothing in them that JSON would need escaped. */
const ARRAY = /^\[\s*'[^'"\\]*'(?:\s*,\s*'[^'"\\]*')*\s*\]$/;
