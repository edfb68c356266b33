import type { Rule } from '../rule.ts';
import { repeated } from './repeated.ts';

export const DL4003: Rule = {
  id: 'DL4003',
  same: 'MultipleInstructionsDisallowed',
  severity: 'warning',
  title: 'A stage has several CMDs',
  why: 'Only the last `CMD` of a stage counts. The ones before it do nothing.',
  examples: [
    {
      bad: 'FROM debian:12\nCMD ["bash"]\nRUN make\nCMD ["app"]\n',
      good: 'FROM debian:12\nRUN make\nCMD ["app"]\n',
      fixed: true,
    },
  ],
  check: (file) => repeated(file, 'CMD'),
};
