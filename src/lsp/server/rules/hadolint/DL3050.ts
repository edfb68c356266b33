import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Span } from '../../parser/tree.ts';
import type { Fix, Rule } from '../rule.ts';
import type { Label } from './labels.ts';
import { labelsOf } from './labels.ts';
import { removal } from '../lineAbove.ts';

export const DL3050: Rule = {
  id: 'DL3050',
  severity: 'info',
  title: 'A label is not in the list of labels',
  why: 'With hadolint’s `strict-labels` an image has the labels of `label-schema` and no others.',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL vendor="Example" team="core"\n',
      good: 'FROM debian:12\nLABEL vendor="Example"\n',
      fixed: true,
      config: 'strict-labels: true\nlabel-schema:\n  vendor: text\n',
    },
  ],
  *check(file, { labelSchema, strictLabels }) {
    if (!strictLabels) return;
    const labels = labelsOf(file);
    for (const [index, label] of labels.entries()) {
      if (labelSchema.has(label.name)) continue;
      yield {
        span: label.key,
        message: `Label ${label.name} is not one of those that are allowed.`,
        fixes: fixes(file, label, labels[index - 1], labels[index + 1]),
      };
    }
  },
};

/** Takes a label away with the blanks beside it, or its instruction with it when it is the only one there. */
function fixes(file: Dockerfile, label: Label, before?: Label, after?: Label): Fix[] {
  const { instruction, key, value, name } = label;
  const siblings = [before, after].filter((other) => other?.instruction === instruction);
  const title = `Remove label ${name}`;
  if (siblings.length === 0)
    return [{ title, edits: removal(file, instruction.parent ?? instruction) }];
  const end = (value ?? key).end;
  let span: Span;
  if (before?.instruction === instruction) span = { start: (before.value ?? before.key).end, end };
  else span = { start: key.start, end: after?.key.start ?? end };
  // A continuation mark between two labels would be left over.
  if (file.tree.source.slice(span.start, span.end).includes('\n')) return [];
  return [{ title, edits: [{ span, text: '' }] }];
}
