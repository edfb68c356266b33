import { argument } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { ZYPPER } from './packages.ts';
import { everyCommand, reach } from './sites.ts';

export const DL3035: Rule = {
  id: 'DL3035',
  severity: 'warning',
  title: 'Do not upgrade the distribution with zypper',
  why: `\`zypper dist-upgrade\` may change every package of the base image, down to its release: the tag in \`FROM\` no
longer says what is in the image. Take a newer base image instead.`,
  examples: [
    {
      bad: 'FROM opensuse/leap:15.5\nRUN zypper --non-interactive dist-upgrade\n',
      good: 'FROM opensuse/leap:15.6\n',
    },
  ],
  check: everyCommand(ZYPPER.programs, (command, site) => {
    const word = argument(command, 'dist-upgrade', 'dup');
    return (
      word && {
        span: reach(command, word, site),
        message: 'This changes the whole base image. Take a newer one in FROM instead.',
      }
    );
  }),
};
