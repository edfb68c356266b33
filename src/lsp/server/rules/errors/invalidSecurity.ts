import type { Finding, Rule } from '../rule.ts';
import { built, readFlag } from './support/steps.ts';
import { nearest } from './support/suggest.ts';
import { replace } from '../edits.ts';

const MODES = ['sandbox', 'insecure'];

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
  check: (file) =>
    built(file, 'RUN').flatMap(({ flags }) =>
      flags.flatMap((flag): Finding[] => {
        const { name, value } = readFlag(flag);
        if (name !== 'security' || value === undefined || MODES.includes(value)) return [];
        const guess = nearest(value.toLowerCase(), MODES);
        const span = flag.value?.text ? flag.value : flag;
        const fixes = guess && flag.value ? [replace(`Change to ${guess}`, flag.value, guess)] : [];
        return [{ span, message: '--security takes sandbox or insecure.', fixes }];
      }),
    ),
};
