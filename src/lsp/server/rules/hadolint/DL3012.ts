import type { Rule } from '../rule.ts';
import { repeated } from './repeated.ts';

export const DL3012: Rule = {
  id: 'DL3012',
  same: 'MultipleInstructionsDisallowed',
  severity: 'error',
  title: 'A stage has several HEALTHCHECKs',
  why: 'Only the last `HEALTHCHECK` of a stage counts. The ones before it do nothing.',
  examples: [
    {
      bad: 'FROM nginx:1.27\nHEALTHCHECK CMD ["curl", "-f", "http://localhost"]\nHEALTHCHECK NONE\n',
      good: 'FROM nginx:1.27\nHEALTHCHECK NONE\n',
      fixed: true,
    },
  ],
  check: (file) => repeated(file, 'HEALTHCHECK'),
};
