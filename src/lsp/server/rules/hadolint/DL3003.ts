import { posix } from 'node:path';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import type { Fix, Rule } from '../rule.ts';
import { lineAbove } from '../lineAbove.ts';
import { directoryAt } from './directories.ts';
import { fix, lineEndAt } from './shellFixes.ts';
import type { Site } from './sites.ts';
import { everyCommand } from './sites.ts';

export const DL3003: Rule = {
  id: 'DL3003',
  severity: 'warning',
  title: 'Change directories with WORKDIR and not with cd',
  why: `A \`cd\` holds for its own \`RUN\` only, so each step has to begin with another one, and a reader has to follow
them all. \`WORKDIR\` says once where the steps after it, and the container, work; it also makes the folder.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN cd /opt/app && make install\n',
      good: 'FROM debian:12\nWORKDIR /opt/app\nRUN make install\n',
      fixed: true,
    },
  ],
  check: everyCommand(['cd'], (command, site) => ({
    span: { start: command.program.start, end: command.args[0]?.end ?? command.program.end },
    message: 'This `cd` ends with its RUN. Use WORKDIR, which holds for what follows.',
    fixes: workdir(command, site),
  })),
};

/** For a plain RUN that begins with `cd FOLDER &&`, or is no more than that. */
function workdir(command: ShellCommand, site: Site): Fix[] {
  const { file, run, shell } = site;
  const { source } = file.tree;
  const [folder, ...others] = command.args;
  const first = shell.commands[0] === command && command.start === shell.span(0, 1).start;
  if (!first || !shell.sound || shell.script.form !== 'line') return [];
  if (!folder?.literal || folder.value.startsWith('-') || folder.value === '' || others.length > 0)
    return [];
  // Only a shell knows which home that is.
  if (folder.text.startsWith('~')) return [];
  if (run.flags.length > 0 || run.heredocs.length > 0 || run.parent) return [];
  const statements = shell.root().commands;
  const list = statements[0]?.command;
  const head = { start: run.keyword.start, end: folder.end };
  const title = 'Use WORKDIR';
  const path = wholePath(folder, site);
  const name = run.keyword.text === run.name ? 'WORKDIR ' : 'workdir ';
  if (list?.type === 'Command' && statements.length === 1) {
    return [fix(title, [{ span: head, text: name + path }], 'unsafe')];
  }
  if (list?.type !== 'AndOr' || list.operators[0] !== '&&') return [];
  const next = list.commands[1];
  if (!next) return [];
  const rest = shell.span(next.pos, next.end).start;
  // Comments between the two would be lost.
  if (run.comments.some((comment) => comment.start < rest)) return [];
  const feed = lineEndAt(source, run.start);
  const above = lineAbove(file, run);
  const isSilenced = source.slice(above.start, run.start).trim() !== '';
  const edits = isSilenced
    ? [
        { span: above, text: `${name}${path}${feed}` },
        { span: { start: command.start, end: rest }, text: '' },
      ]
    : [
        { span: head, text: name + path },
        { span: { start: folder.end, end: rest }, text: `${feed}${run.keyword.text} ` },
      ];
  return [fix(title, edits, 'unsafe')];
}

/** A folder as WORKDIR takes it: from the root on where the file says what it is in, for a relative WORKDIR depends on others. */
function wholePath(folder: ShellWord, { file, run }: Site): string {
  const before = directoryAt(file, run);
  return before !== undefined && /^[\w.@+-][\w./@+-]*$/.test(folder.value)
    ? posix.resolve(before, folder.value)
    : folder.text;
}
