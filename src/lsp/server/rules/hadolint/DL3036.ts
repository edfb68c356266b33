import { argument } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { leftover } from './leftovers.ts';
import { installWord, ZYPPER } from './packages.ts';
import { everyRunOf } from './sites.ts';

export const DL3036: Rule = {
  id: 'DL3036',
  severity: 'warning',
  title: 'Run zypper clean after zypper install',
  why: `zypper keeps the packages and metadata that it downloads in \`/var/cache/zypp\`. They stay in the layer unless
the same \`RUN\` deletes them or a cache is mounted there.`,
  examples: [
    {
      bad: 'FROM opensuse/leap:15.6\nRUN zypper install -y httpd=2.4.58\n',
      good: 'FROM opensuse/leap:15.6\nRUN zypper install -y httpd=2.4.58 && zypper clean\n',
      fixed: true,
    },
  ],
  check: everyRunOf(ZYPPER.programs, (site) =>
    leftover(site, {
      cause: (command) => installWord(command, ZYPPER),
      cure: (command) =>
        command.name === 'zypper' && argument(command, 'clean', 'cc') !== undefined,
      folders: ['/var/cache/zypp'],
      message: 'What zypper downloads stays in the image. Run `zypper clean` in the same RUN.',
      append: 'zypper clean',
      safety: 'safe',
    }),
  ),
};
