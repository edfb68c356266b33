import type { Heredoc, Tree } from '../../parser/tree.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { isShift } from './support/heredocs.ts';
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
    tree.instructions.flatMap(({ heredocs }) => {
      const open = heredocs.filter(({ terminator }) => !terminator);
      return open.map((_, index) => inHeredoc(open, index, tree));
    }),
};

/** With more than so many in an instruction a fix ends all of them: one for each would repeat the names of those before. */
const FEW = 10;

/** @param open those of one instruction that never end: the first of them takes all the rest */
function inHeredoc(open: readonly Heredoc[], index: number, tree: Tree): Finding {
  const [first, { operator, name }] = [open[0] as Heredoc, open[index] as Heredoc];
  if (isShift(name))
    return {
      span: operator,
      message: `The builder takes << for a heredoc that ends at a line ${shown(name)}, and there is none. Write it without spaces around, or in quotes.`,
    };
  const message =
    index > 0
      ? `The heredoc never ends, for that of ${shown(first.name)} before it doesn’t.`
      : `The heredoc never ends: no line is just ${shown(name)}.`;
  const isOffered = open.length <= FEW || index === open.length - 1;
  const names = isOffered ? open.slice(0, index + 1).map((one) => one.name) : [];
  if (!isOffered || names.some(isShift)) return { span: operator, message };
  return { span: operator, message, fixes: [ending(names, tree)] };
}

/** Ends heredocs at the end of the file. */
function ending(names: readonly string[], { source }: Tree): Fix {
  const end = { start: source.length, end: source.length };
  const feed = source.endsWith('\n') ? '' : '\n';
  const text = names.map((one) => `${one}\n`).join('');
  const most = names.slice(0, -1).map(shown).join(', ');
  const title =
    names.length > FEW
      ? `Add the ends of all ${names.length} heredocs`
      : `Add ${most && `${most} and `}${shown(names.at(-1) ?? '')} at the end`;
  return { title, edits: [{ span: end, text: feed + text }] };
}
