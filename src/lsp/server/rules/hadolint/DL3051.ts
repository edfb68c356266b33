import type { Rule } from '../rule.ts';
import { labelsOf } from './labels.ts';

export const DL3051: Rule = {
  id: 'DL3051',
  severity: 'warning',
  title: 'A label that must be there is empty',
  why: 'The labels of hadolint’s `label-schema` are there to say something.',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL vendor=""\n',
      good: 'FROM debian:12\nLABEL vendor="Example"\n',
      config: 'label-schema:\n  vendor: text\n',
    },
  ],
  *check(file, { labelSchema }) {
    if (labelSchema.size === 0) return;
    for (const { key, name, value, text } of labelsOf(file))
      if (text === '' && labelSchema.has(name))
        yield { span: value?.text ? value : key, message: `Label ${name} is empty.` };
  },
};
