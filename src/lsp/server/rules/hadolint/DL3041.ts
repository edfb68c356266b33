import type { Rule } from '../rule.ts';
import { DNF } from './packages.ts';
import { rpmsPinned } from './unpinned.ts';

export const DL3041: Rule = {
  id: 'DL3041',
  severity: 'warning',
  title: 'Pin versions in dnf install',
  why: `Without a version, dnf takes what the repositories hold on the day of the build. A version follows the name
behind a dash (\`httpd-2.4.63\`), a module's stream behind a colon (\`tomcat:9\`); a variable that \`ARG\` or \`ENV\`
set counts as one.`,
  examples: [
    {
      bad: 'FROM fedora:42\nRUN dnf install -y httpd && dnf clean all\n',
      good: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n',
    },
    {
      bad: 'FROM fedora:42\nRUN dnf module install -y nodejs && dnf clean all\n',
      good: 'FROM fedora:42\nRUN dnf module install -y nodejs:22 && dnf clean all\n',
    },
  ],
  check: rpmsPinned(DNF),
};
