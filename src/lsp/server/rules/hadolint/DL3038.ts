import type { Rule } from '../rule.ts';
import { DNF } from './packages.ts';
import { rpmsConfirmed } from './unconfirmed.ts';

export const DL3038: Rule = {
  id: 'DL3038',
  severity: 'warning',
  title: 'Use -y with dnf install',
  why: `Nobody can answer a question during a build: without \`-y\`, dnf asks for a confirmation and takes the missing
answer for a no.`,
  examples: [
    {
      bad: 'FROM fedora:42\nRUN dnf install httpd-2.4.63 && dnf clean all\n',
      good: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n',
      fixed: true,
    },
  ],
  check: rpmsConfirmed(DNF),
};
