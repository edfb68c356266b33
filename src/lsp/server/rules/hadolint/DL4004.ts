import type { Rule } from '../rule.ts';
import { repeated } from './repeated.ts';

export const DL4004: Rule = {
  id: 'DL4004',
  same: 'MultipleInstructionsDisallowed',
  severity: 'error',
  title: 'A stage has several ENTRYPOINTs',
  why: 'Only the last `ENTRYPOINT` of a stage counts. The ones before it do nothing.',
  examples: [
    {
      bad: 'FROM debian:12\nENTRYPOINT ["bash"]\nRUN make\nENTRYPOINT ["app"]\n',
      good: 'FROM debian:12\nRUN make\nENTRYPOINT ["app"]\n',
      fixed: true,
    },
  ],
  check: (file) => repeated(file, 'ENTRYPOINT'),
};
