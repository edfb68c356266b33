import type { Rule } from '../rule.ts';
import { everyCommand } from './sites.ts';
import { replace } from './shellFixes.ts';

/** The subcommands that apt-get has by the same name. */
const SHARED = new Set(
  'autoclean autoremove build-dep clean dist-upgrade download install purge reinstall remove source update upgrade'.split(
    ' ',
  ),
);

export const DL3027: Rule = {
  id: 'DL3027',
  severity: 'warning',
  title: 'Use apt-get or apt-cache and not apt',
  why: `\`apt\` is made for people at a terminal: its command line and its output may change between releases, as it says
itself whenever a script runs it. \`apt-get\` and \`apt-cache\` stay as they are.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt update && apt-get install -y curl=7.88.1\n',
      good: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl=7.88.1\n',
      fixed: true,
    },
  ],
  check: everyCommand(['apt'], (command) => {
    const { program, args } = command;
    const subcommand = args.find(({ value }) => /^[a-z]/.test(value));
    const same = subcommand && SHARED.has(subcommand.value) && program.text === 'apt';
    return {
      span: { start: program.start, end: program.end },
      message:
        '`apt` is for terminals and may change its interface. Use `apt-get`, or `apt-cache` to look things up.',
      fixes: same ? replace(command, 'Use apt-get', program, 'apt-get', 'safe') : [],
    };
  }),
};
