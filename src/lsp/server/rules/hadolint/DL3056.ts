import type { Rule } from '../rule.ts';
import { isSemver } from './labelValues.ts';
import { labelsOfType } from './labels.ts';

export const DL3056: Rule = {
  id: 'DL3056',
  severity: 'warning',
  title: 'A label is no semantic version',
  why: 'The configuration says that this label holds a version as semver.org defines it: three numbers, then perhaps a pre-release and a build. (hadolint’s `label-schema`, type `semver`.)',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL about="v1.2"\n',
      good: 'FROM debian:12\nLABEL about="1.2.0"\n',
      config: 'label-schema:\n  about: semver\n',
    },
  ],
  check: labelsOfType('semver', isSemver, 'a semantic version, such as 1.2.3'),
};
