import type { Rule } from '../rule.ts';
import { isLicense } from './labelValues.ts';
import { labelsOfType } from './labels.ts';

export const DL3054: Rule = {
  id: 'DL3054',
  severity: 'warning',
  title: 'A label is no licence',
  why: 'The configuration says that this label holds the SPDX identifier of a licence. (hadolint’s `label-schema`, type `spdx`.)',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL about="Apache 2"\n',
      good: 'FROM debian:12\nLABEL about="Apache-2.0"\n',
      config: 'label-schema:\n  about: spdx\n',
    },
  ],
  check: labelsOfType('spdx', isLicense, 'the SPDX identifier of a licence, such as Apache-2.0'),
};
