import type { Heredoc, Tree } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
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
        .map((heredoc, index, open) => inHeredoc(heredoc, open.slice(0, index), tree)),
    ),
};

/** @param before those of the same instruction that never end either: the first of them takes all the rest */
function inHeredoc(
  { operator, name }: Heredoc,
  before: readonly Heredoc[],
  { source }: Tree,
): Finding {
  if (isShift(name))
    return {
      span: operator,
      message: `The builder takes << for a heredoc that ends at a line ${shown(name)}, and there is none. Write it without spaces around, or in quotes.`,
    };
  const [first] = before;
  const message = first
    ? `The heredoc never ends, for that of ${shown(first.name)} before it doesn’t.`
    : `The heredoc never ends: no line is just ${shown(name)}.`;
  const names = [...before.map((one) => one.name), name];
  if (names.some(isShift)) return { span: operator, message };
  const end = { start: source.length, end: source.length };
  const feed = source.endsWith('\n') ? '' : '\n';
  const text = names.map((one) => `${one}\n`).join('');
  const most = before.map((one) => shown(one.name)).join(', ');
  return {
    span: operator,
    message,
    fixes: [
      {
        title: `Add ${most && `${most} and `}${shown(name)} at the end`,
        edits: [{ span: end, text: feed + text }],
      },
    ],
  };
}

/** Whether a heredoc's name is part of an arithmetic expression of the shell. */
const isShift = (name: string): boolean => /[()]/.test(name);
