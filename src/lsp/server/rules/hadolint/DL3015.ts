import { hasFlag } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { APT_GET, installWord } from './packages.ts';
import { addWord } from './shellFixes.ts';
import { everyCommand, reach } from './sites.ts';

const OFF = /apt::install-recommends=["']?(?:false|no|0|off)/i;

export const DL3015: Rule = {
  id: 'DL3015',
  severity: 'info',
  title: 'Use --no-install-recommends with apt-get install',
  why: `By default apt-get also installs the packages that those named recommend: documentation, tools and services that
an image seldom needs. They make it larger and give it more to be attacked by.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get install -y curl\n',
      good: 'FROM debian:12\nRUN apt-get install --no-install-recommends -y curl\n',
      fixed: true,
    },
  ],
  check: everyCommand(APT_GET.programs, (command, site) => {
    const word = installWord(command, APT_GET);
    if (!word || hasFlag(command, 'no-install-recommends')) return undefined;
    if (command.args.some(({ value }) => OFF.test(value))) return undefined;
    return {
      span: reach(command, word, site),
      message:
        'This installs recommended packages, too. Add --no-install-recommends unless they are needed.',
      fixes: addWord(site, command, word, '--no-install-recommends', 'unsafe'),
    };
  }),
};
