import { argument, hasFlag } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { ZYPPER } from './packages.ts';
import { addWord } from './shellFixes.ts';
import { everyCommand, reach } from './sites.ts';

const ASKING = ['install', 'in', 'remove', 'rm', 'source-install', 'si', 'patch'];

export const DL3034: Rule = {
  id: 'DL3034',
  severity: 'warning',
  title: 'Use zypper without questions',
  why: `Nobody can answer a question during a build. \`--non-interactive\` before the subcommand, or \`-y\` behind it,
lets zypper go on with the answers that it proposes.`,
  examples: [
    {
      bad: 'FROM opensuse/leap:15.6\nRUN zypper install httpd=2.4.58 && zypper clean\n',
      good: 'FROM opensuse/leap:15.6\nRUN zypper --non-interactive install httpd=2.4.58 && zypper clean\n',
      fixed: true,
    },
  ],
  check: everyCommand(ZYPPER.programs, (command, site) => {
    if (hasFlag(command, 'n', 'non-interactive', 'y', 'no-confirm')) return undefined;
    const word = argument(command, ...ASKING);
    return (
      word && {
        span: reach(command, word, site),
        message: 'This asks questions, which nobody can answer in a build. Add --non-interactive.',
        fixes: addWord(site, command, command.program, '--non-interactive', 'safe'),
      }
    );
  }),
};
