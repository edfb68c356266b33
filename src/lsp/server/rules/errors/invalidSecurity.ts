import type { Rule } from '../rule.ts';
import { flagChoice } from './support/flagChoice.ts';

/** RUN --security with another mode than those that there are. */
export const invalidSecurity: Rule = {
  id: 'build-error/invalid-security',
  severity: 'error',
  title: 'RUN --security takes sandbox or insecure',
  why: '`sandbox` is the default; `insecure` runs the command with all privileges, where the builder allows it. Variables aren’t replaced.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --security=unsecure make\n',
      good: 'FROM alpine:3\nRUN --security=insecure make\n',
      fixed: true,
    },
  ],
  check: flagChoice('security', ['sandbox', 'insecure'], '--security takes sandbox or insecure.'),
};
