import type { Rule } from '../rule.ts';
import { YUM } from './packages.ts';
import { rpmsPinned } from './unpinned.ts';

export const DL3033: Rule = {
  id: 'DL3033',
  severity: 'warning',
  title: 'Pin versions in yum install',
  why: `Without a version, yum takes what the repositories hold on the day of the build. A version follows the name
behind a dash (\`httpd-2.4.6\`), a module's stream behind a colon (\`tomcat:9\`); a variable that \`ARG\` or \`ENV\`
set counts as one.`,
  examples: [
    {
      bad: 'FROM centos:7\nRUN yum install -y httpd && yum clean all\n',
      good: 'FROM centos:7\nRUN yum install -y httpd-2.4.6 && yum clean all\n',
    },
    {
      bad: 'FROM centos:7\nRUN yum install -y httpd-$VERSION && yum clean all\n',
      good: 'FROM centos:7\nARG VERSION=2.4.6\nRUN yum install -y httpd-$VERSION && yum clean all\n',
    },
  ],
  check: rpmsPinned(YUM),
};
