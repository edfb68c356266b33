import { otherUserAt } from '../../model/users.ts';
import type { Rule } from '../rule.ts';
import { everyCommand } from './sites.ts';
import { replace } from './shellFixes.ts';

export const DL3004: Rule = {
  id: 'DL3004',
  severity: 'error',
  title: 'Do not use sudo',
  why: `Steps run as root until a \`USER\` says otherwise, so \`sudo\` adds a program to the image that does nothing but
harm: it does not hand on signals and has its own idea of the environment. Put \`USER root\` before the steps that
need it, and in scripts use a tool such as gosu.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN sudo apt-get update\n',
      good: 'FROM debian:12\nRUN apt-get update\n',
      fixed: true,
    },
  ],
  check: everyCommand(['sudo'], (command, { file, run, shell }) => {
    const { program, args } = command;
    const [next] = args;
    const plain = next?.literal && /^[\w./]/.test(next.value) && !next.value.includes('=');
    const bare = plain && shell.script.form !== 'exec' && program.value === 'sudo';
    // Where USER says otherwise, the command would fail without it.
    const removable = bare && otherUserAt(file, run) === undefined;
    return {
      span: { start: program.start, end: program.end },
      message: 'Steps run as root unless USER says otherwise: drop `sudo`, or set USER before.',
      fixes: removable
        ? replace(command, 'Remove sudo', { start: program.start, end: next.start }, '', 'unsafe')
        : [],
    };
  }),
};
