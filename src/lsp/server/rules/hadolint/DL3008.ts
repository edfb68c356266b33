import type { Rule } from '../rule.ts';
import { APT_GET, packagesOf } from './packages.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

export const DL3008: Rule = {
  id: 'DL3008',
  severity: 'warning',
  title: 'Pin versions in apt-get install',
  why: `Without a version, \`apt-get install\` takes what the archive holds on the day of the build: two builds of one
file give two images, and a new version can break the build without a change of yours. Files (\`.deb\`) and packages
of a named release (\`curl/bookworm\`) count as pinned.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get install -y curl\n',
      good: 'FROM debian:12\nRUN apt-get install -y curl=7.88.1-10+deb12u12\n',
    },
  ],
  check: everyCommand(APT_GET.programs, (command) => {
    const packages = packagesOf(command, APT_GET)?.packages ?? [];
    return unpinned(
      withoutVersion(packages, (name) => /[=/]|\.deb$/.test(name)),
      '`PACKAGE=VERSION`',
    );
  }),
};
