import type { Rule } from '../rule.ts';
import { isRfc3339 } from './labelValues.ts';
import { labelsOfType } from './labels.ts';

export const DL3053: Rule = {
  id: 'DL3053',
  severity: 'warning',
  title: 'A label is no date and time',
  why: 'The configuration says that this label holds a date with time, written as RFC 3339 says. (hadolint’s `label-schema`, type `rfc3339`.)',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL about="31 January 2026"\n',
      good: 'FROM debian:12\nLABEL about="2026-01-31T12:00:00Z"\n',
      config: 'label-schema:\n  about: rfc3339\n',
    },
  ],
  check: labelsOfType(
    'rfc3339',
    isRfc3339,
    'a date and time as RFC 3339 writes it, such as 2026-01-31T12:00:00Z',
  ),
};
