import { argument } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { leftover } from './leftovers.ts';
import { YUM } from './packages.ts';
import { everyRunOf } from './sites.ts';

export const DL3032: Rule = {
  id: 'DL3032',
  severity: 'warning',
  title: 'Run yum clean all after yum install',
  why: `yum keeps the packages and metadata that it downloads in \`/var/cache/yum\`. They stay in the layer unless the
same \`RUN\` deletes them, and a container has no use for them.`,
  examples: [
    {
      bad: 'FROM centos:7\nRUN yum install -y httpd-2.4.6\n',
      good: 'FROM centos:7\nRUN yum install -y httpd-2.4.6 && yum clean all\n',
      fixed: true,
    },
  ],
  check: everyRunOf(YUM.programs, (site) =>
    leftover(site, {
      cause: (command) => (command.name === 'yum' ? argument(command, 'install') : undefined),
      cure: (command) => command.name === 'yum' && argument(command, 'clean') !== undefined,
      folders: ['/var/cache/yum', '/var/cache/dnf'],
      message: 'What yum downloads stays in the image. Run `yum clean all` in the same RUN.',
      append: 'yum clean all',
      safety: 'safe',
    }),
  ),
};
