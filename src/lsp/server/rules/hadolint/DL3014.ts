import { hasFlag } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';
import { APT_GET, installWord } from './packages.ts';
import { addWord } from './shellFixes.ts';
import { everyCommand, reach } from './sites.ts';

export const DL3014: Rule = {
  id: 'DL3014',
  severity: 'warning',
  title: 'Use -y with apt-get install',
  why: `Nobody can answer a question during a build: without \`-y\`, \`apt-get install\` stops as soon as it wants a
confirmation, which depends on how much else a package brings along.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get install curl\n',
      good: 'FROM debian:12\nRUN apt-get install -y curl\n',
      fixed: true,
    },
  ],
  check: everyCommand(APT_GET.programs, (command, site) => {
    const word = installWord(command, APT_GET);
    if (!word || hasFlag(command, 'y', 'yes', 'assume-yes') || isQuiet(command)) return undefined;
    return {
      span: reach(command, word, site),
      message: 'Without -y this stops the build as soon as it asks for a confirmation.',
      fixes: addWord(site, command, word, '-y', 'safe'),
    };
  }),
};

/** Quiet twice over implies yes. */
function isQuiet({ args }: ShellCommand): boolean {
  let level = 0;
  for (const { value } of args) {
    const given = /^(?:-q|--quiet)=(\d+)$/.exec(value)?.[1];
    if (given) level = Math.max(level, Number(given));
    else if (value === '--quiet') level++;
    else if (/^-[a-zA-Z]+$/.test(value)) level += value.split('q').length - 1;
  }
  return level >= 2;
}
