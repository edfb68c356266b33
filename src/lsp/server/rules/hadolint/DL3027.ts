import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import { hasFlag } from '../../shell/command.ts';
import type { Fix, Rule } from '../rule.ts';
import { everyCommand } from './sites.ts';
import type { Site } from './sites.ts';
import { addWord, fix, replace } from './shellFixes.ts';

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
  check: everyCommand(['apt'], (command, site) => {
    const { program, args } = command;
    const subcommand = args.find(({ value }) => /^[a-z]/.test(value));
    return {
      span: { start: program.start, end: program.end },
      message:
        '`apt` is for terminals and may change its interface. Use `apt-get`, or `apt-cache` to look things up.',
      fixes: subcommand && program.text === 'apt' ? aptGet(site, command, subcommand) : [],
    };
  }),
};

/** Has apt-get do what apt does. */
function aptGet(site: Site, command: ShellCommand, subcommand: ShellWord): Fix[] {
  const title = 'Use apt-get';
  const named = replace(command, title, command.program, 'apt-get', 'safe');
  if (SHARED.has(subcommand.value)) {
    // apt installs what an upgrade needs that wasn't there; apt-get keeps such packages as they are.
    if (subcommand.value !== 'upgrade' || hasFlag(command, 'with-new-pkgs')) return named;
    const flagged = addWord(site, command, subcommand, '--with-new-pkgs', 'safe');
    return together(title, named, flagged);
  }
  return subcommand.value === 'full-upgrade'
    ? together(title, named, replace(command, title, subcommand, 'dist-upgrade', 'safe'))
    : [];
}

/** Both fixes as one; none where one isn't to be had. */
function together(title: string, [first]: readonly Fix[], [second]: readonly Fix[]): Fix[] {
  return first && second ? [fix(title, [...first.edits, ...second.edits], 'safe')] : [];
}
