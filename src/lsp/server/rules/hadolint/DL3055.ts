import type { Rule } from '../rule.ts';
import { isGitHash } from './labelValues.ts';
import { labelsOfType } from './labels.ts';

export const DL3055: Rule = {
  id: 'DL3055',
  severity: 'warning',
  title: 'A label is no git hash',
  why: 'The configuration says that this label holds the hash of a git commit: its 40 hexadecimal digits in lower case, or the first 7 of them. (hadolint’s `label-schema`, type `hash`.)',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL about="main"\n',
      good: 'FROM debian:12\nLABEL about="2dbf0c9"\n',
      config: 'label-schema:\n  about: hash\n',
    },
  ],
  check: labelsOfType('hash', isGitHash, 'the hash of a git commit, of 7 or 40 digits'),
};
