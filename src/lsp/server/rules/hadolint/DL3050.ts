import type { Rule } from '../rule.ts';
import { labelsOf } from './labels.ts';

export const DL3050: Rule = {
  id: 'DL3050',
  severity: 'info',
  title: 'A label is not in the list of labels',
  why: 'With hadolint’s `strict-labels` an image has the labels of `label-schema` and no others.',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL vendor="Example" team="core"\n',
      good: 'FROM debian:12\nLABEL vendor="Example"\n',
      config: 'strict-labels: true\nlabel-schema:\n  vendor: text\n',
    },
  ],
  *check(file, { labelSchema, strictLabels }) {
    if (!strictLabels) return;
    for (const { key, name } of labelsOf(file))
      if (!labelSchema.has(name))
        yield { span: key, message: `Label ${name} is not one of those that are allowed.` };
  },
};
