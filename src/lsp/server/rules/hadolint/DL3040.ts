import { argument } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { leftover } from './leftovers.ts';
import { DNF } from './packages.ts';
import { everyRunOf } from './sites.ts';

/** The subcommands that download packages, with their short forms. */
const DOWNLOADING = (
  'install in reinstall rei upgrade up update upgrade-minimal up-min update-minimal downgrade dg distro-sync dsync ' +
  'groupinstall localinstall'
).split(' ');

export const DL3040: Rule = {
  id: 'DL3040',
  severity: 'warning',
  title: 'Run dnf clean all after dnf install',
  why: `dnf keeps the packages and metadata that it downloads in \`/var/cache/libdnf5\`, before Fedora 41 in
\`/var/cache/dnf\`. They stay in the layer unless the same \`RUN\` deletes them or a cache is mounted there.`,
  examples: [
    {
      bad: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63\n',
      good: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n',
      fixed: true,
    },
    {
      bad: 'FROM fedora:42\nRUN dnf upgrade -y\n',
      good: 'FROM fedora:42\nRUN --mount=type=cache,target=/var/cache/libdnf5 dnf upgrade -y\n',
    },
  ],
  check: everyRunOf(DNF.programs, (site) =>
    DNF.programs.flatMap((program) =>
      leftover(site, {
        cause: (command) =>
          command.name === program ? argument(command, ...DOWNLOADING) : undefined,
        cure: (command) => command.name === program && argument(command, 'clean') !== undefined,
        folders: ['/var/cache/libdnf5', '/var/cache/dnf', '/var/cache/yum', '.cache/libdnf5'],
        message: `What ${program} downloads stays in the image. Run \`${program} clean all\` in the same RUN.`,
        append: `${program} clean all`,
        safety: 'safe',
      }),
    ),
  ),
};
