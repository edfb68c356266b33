import type { Rule } from '../rule.ts';
import { isEmail } from './labelValues.ts';
import { labelsOfType } from './labels.ts';

export const DL3058: Rule = {
  id: 'DL3058',
  severity: 'warning',
  title: 'A label is no e-mail address',
  why: 'The configuration says that this label holds an e-mail address. (hadolint’s `label-schema`, type `email`.)',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL about="Ada Lovelace"\n',
      good: 'FROM debian:12\nLABEL about="ada@example.com"\n',
      config: 'label-schema:\n  about: email\n',
    },
  ],
  check: labelsOfType('email', isEmail, 'an e-mail address'),
};
