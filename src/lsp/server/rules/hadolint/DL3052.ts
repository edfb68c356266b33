import type { Rule } from '../rule.ts';
import { isUrl } from './labelValues.ts';
import { labelsOfType } from './labels.ts';

export const DL3052: Rule = {
  id: 'DL3052',
  severity: 'warning',
  title: 'A label is no URL',
  why: 'The configuration says that this label holds a URL, with its scheme. (hadolint’s `label-schema`, type `url`.)',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL about="example.com/app"\n',
      good: 'FROM debian:12\nLABEL about="https://example.com/app"\n',
      config: 'label-schema:\n  about: url\n',
    },
  ],
  check: labelsOfType('url', isUrl, 'a URL'),
};
