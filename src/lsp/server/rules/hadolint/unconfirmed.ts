import { argument, hasFlag } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import type { PackageManager } from './packages.ts';
import { addWord } from './shellFixes.ts';
import { everyCommand, reach } from './sites.ts';

/** The check for packages that yum or dnf ask about before they install them. */
export function rpmsConfirmed({ programs, install }: PackageManager): Rule['check'] {
  return everyCommand(programs, (command, site) => {
    if (hasFlag(command, 'y', 'assumeyes')) return undefined;
    const word = argument(command, ...install, 'groupinstall', 'localinstall');
    return (
      word && {
        span: reach(command, word, site),
        message: 'Without -y this asks for a confirmation, which nobody can give in a build.',
        fixes: addWord(site, command, word, '-y', 'safe'),
      }
    );
  });
}
