import type { Fix, Rule } from '../rule.ts';
import type { Label } from './labels.ts';
import { labelsOf } from './labels.ts';
import { innerSpan } from './words.ts';

const RESERVED = /^(?:com\.docker|io\.docker|org\.dockerproject)\./;

export const DL3048: Rule = {
  id: 'DL3048',
  severity: 'style',
  title: 'A label key is against the conventions',
  why: 'Docker’s guidelines for label keys: lower-case letters, digits, full stops and hyphens, beginning with a letter, ending with a letter or digit, no two separators in a row, and none of the namespaces that Docker keeps for itself (`com.docker.*`, `io.docker.*`, `org.dockerproject.*`).',
  examples: [
    {
      bad: 'FROM debian:12\nLABEL Maintainer="Ada"\n',
      good: 'FROM debian:12\nLABEL maintainer="Ada"\n',
      fixed: true,
    },
    {
      bad: 'FROM debian:12\nLABEL com.docker.team="core"\n',
      good: 'FROM debian:12\nLABEL com.example.team="core"\n',
    },
  ],
  *check(file) {
    for (const label of labelsOf(file)) {
      const problem = problemOf(label.name);
      if (problem)
        yield {
          span: label.key,
          message: `Label key ${label.name} ${problem}.`,
          fixes: fixes(label),
        };
    }
  },
};

function problemOf(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (!/^[a-z]/.test(key)) return 'doesn’t begin with a lower-case letter';
  if (!/[a-z0-9]$/.test(key)) return 'doesn’t end with a lower-case letter or a digit';
  if (/[^a-z0-9.-]/.test(key))
    return 'has other characters than lower-case letters, digits, full stops and hyphens';
  if (RESERVED.test(key)) return 'is in a namespace that Docker keeps for itself';
  return /\.\.|--/.test(key) ? 'has two separators in a row' : undefined;
}

/** Nobody means a key that is longer. */
const LONGEST = 200;

function fixes({ key, name }: Label): Fix[] {
  if (name.length > LONGEST) return [];
  const better = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-')
    .replaceAll(/([.-])\1+/g, '$1')
    .replaceAll(/^[^a-z]+|[.-]+$/g, '');
  if (name.includes('$') || problemOf(better) !== undefined) return [];
  return [{ title: `Change to ${better}`, edits: [{ span: innerSpan(key), text: better }] }];
}
