import type { Rule } from '../rule.ts';
import { packagesOf, ZYPPER } from './packages.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

export const DL3037: Rule = {
  id: 'DL3037',
  severity: 'warning',
  title: 'Pin versions in zypper install',
  why: `Without a version, zypper takes what the repositories hold on the day of the build. Give it behind \`=\`, or a
bound behind \`<\` or \`>\`; quote those, or the shell takes them for redirections.`,
  examples: [
    {
      bad: 'FROM opensuse/leap:15.6\nRUN zypper install -y httpd && zypper clean\n',
      good: "FROM opensuse/leap:15.6\nRUN zypper install -y 'httpd>=2.4' && zypper clean\n",
    },
  ],
  check: everyCommand(ZYPPER.programs, (command) => {
    const packages = packagesOf(command, ZYPPER)?.packages ?? [];
    return unpinned(
      withoutVersion(packages, (name) => /[=<>]|\.rpm$/.test(name)),
      '`PACKAGE=VERSION`',
    );
  }),
};
