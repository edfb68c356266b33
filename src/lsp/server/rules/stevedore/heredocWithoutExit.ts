import type { SyntaxNode } from 'unbash';
import { everyRun } from '../hadolint/sites.ts';
import { exitsOnError } from '../exitsOnError.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';

/** A script that goes on after a failure. */
export const heredocWithoutExit: Rule = {
  id: 'stevedore/heredoc-without-set-e',
  severity: 'info',
  title: 'A RUN heredoc goes on when a command fails',
  why: 'The lines of a heredoc are one script, which ends as its last command does: when an earlier one fails the rest runs all the same, and the build succeeds with half of its work undone. Begin it with `set -e` (or `set -eux`).',
  examples: [
    {
      bad: 'FROM alpine:3.20\nRUN <<EOF\napk add --no-cache curl=8.11.0-r2\ncurl -fsS https://example.com/data > /data\nEOF\n',
      good: 'FROM alpine:3.20\nRUN <<EOF\nset -e\napk add --no-cache curl=8.11.0-r2\ncurl -fsS https://example.com/data > /data\nEOF\n',
      fixed: true,
    },
  ],
  check: everyRun(({ file, run, shell }) => {
    const [heredoc] = run.heredocs;
    if (shell.script.form !== 'heredoc' || !shell.sound || !heredoc || run.parent) return [];
    const { text } = shell.script;
    if (exitsOnError(file, run, shell) || shell.commands.some(goesOnByIntent)) return [];
    const unwatched = shell
      .root()
      .commands.slice(0, -1)
      .some((statement) => mayFail(statement));
    if (!unwatched) return [];
    const at = { start: heredoc.body.start, end: heredoc.body.start };
    const feed = file.tree.source[heredoc.body.start - 2] === '\r' ? '\r\n' : '\n';
    const indent = heredoc.chomp ? (/^\t*/.exec(text)?.[0] ?? '') : '';
    return [
      {
        span: heredoc.operator,
        message:
          'When a command of this script fails the next one runs all the same. Begin it with "set -e".',
        fixes: [{ title: 'Add set -e', edits: [{ span: at, text: `${indent}set -e${feed}` }] }],
      },
    ];
  }),
};

/** What can't fail, or whose failure is nobody's loss. */
const HARMLESS = new Set([
  'echo',
  'printf',
  'export',
  'set',
  'true',
  ':',
  'unset',
  'umask',
  'exit',
  'shopt',
  'alias',
  'whoami',
  'id',
  'pwd',
  'ls',
  'env',
  'date',
  'uname',
]);

/** Ends of a pipe that only show or keep what comes. */
const SINKS = new Set(['cat', 'tee', 'head', 'tail', 'sort', 'wc']);

/** `set +e` says that the rest is meant to run all the same, and a trap for errors deals with them. */
function goesOnByIntent({ name, args }: ShellCommand): boolean {
  const words = args.map(({ value }) => value);
  if (name === 'trap') return words.includes('ERR');
  return (
    name === 'set' &&
    words.some(
      (word, at) => /^\+\w*e/.test(word) || (/^\+\w*o$/.test(word) && words[at + 1] === 'errexit'),
    )
  );
}

function mayFail({ command }: { readonly command: SyntaxNode }): boolean {
  const { type } = command;
  if (type === 'Command') return command.name !== undefined && !HARMLESS.has(command.name.value);
  if (type === 'AndOr') return !endsWell(command);
  if (type === 'Subshell' || type === 'BraceGroup')
    return command.body.commands.some((statement) => mayFail(statement));
  const last = type === 'Pipeline' ? command.commands.at(-1) : undefined;
  if (type !== 'Pipeline' || !last) return false;
  const isSink = last.type === 'Command' && SINKS.has(last.name?.value ?? '');
  const isNegated = command.prefixes.some((prefix) => prefix.type === 'Negation');
  return !isSink && !isNegated && mayFail({ command: last });
}

/** `… || true`, and `… || exit 1`, deal with the failure. */
function endsWell({ operators }: { readonly operators: readonly string[] }): boolean {
  return operators.includes('||');
}
