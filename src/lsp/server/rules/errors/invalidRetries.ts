import type { Finding, Rule } from '../rule.ts';
import { readFlag } from './support/steps.ts';
import { flagged } from './support/flags.ts';

/** HEALTHCHECK --retries with something that is no count. */
export const invalidRetries: Rule = {
  id: 'build-error/invalid-retries',
  severity: 'error',
  title: '--retries takes a number',
  why: 'It is how many tests in a row must fail before the container is unhealthy: a whole number, not negative, where 0 stands for the default of 3. Variables aren’t replaced.',
  examples: [
    {
      bad: 'FROM alpine:3\nHEALTHCHECK --retries=many CMD true\n',
      good: 'FROM alpine:3\nHEALTHCHECK --retries=5 CMD true\n',
    },
  ],
  check: (file) =>
    file.once(flagged).flatMap(({ name, flags }) =>
      flags.flatMap((flag): Finding[] => {
        const { name: own, value } = readFlag(flag);
        if (name !== 'HEALTHCHECK' || own !== 'retries' || !value) return [];
        const valid = /^(?:\+?\d+|-0+)$/.test(value) && Number(value) < 2 ** 31;
        const message = value.includes('$')
          ? 'Variables aren’t replaced here: write a whole number from 0 on.'
          : '--retries takes a whole number from 0 on.';
        return valid ? [] : [{ span: flag.value ?? flag, message }];
      }),
    ),
};
