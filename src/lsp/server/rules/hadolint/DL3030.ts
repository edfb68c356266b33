import type { Rule } from '../rule.ts';
import { YUM } from './packages.ts';
import { rpmsConfirmed } from './unconfirmed.ts';

export const DL3030: Rule = {
  id: 'DL3030',
  severity: 'warning',
  title: 'Use -y with yum install',
  why: `Nobody can answer a question during a build: without \`-y\`, yum asks for a confirmation and takes the missing
answer for a no.`,
  examples: [
    {
      bad: 'FROM centos:7\nRUN yum install httpd-2.4.6 && yum clean all\n',
      good: 'FROM centos:7\nRUN yum install -y httpd-2.4.6 && yum clean all\n',
      fixed: true,
    },
  ],
  check: rpmsConfirmed(YUM),
};
