import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

/** Stages whose name can't be one. */
export const invalidStageName: Rule = {
  id: 'build-error/invalid-stage-name',
  severity: 'error',
  title: 'A stage’s name begins with a letter',
  why: 'A name consists of letters, digits, `_`, `-` and `.`, and begins with a letter: a number is the place of a stage. Variables aren’t replaced in it.',
  examples: [
    { bad: 'FROM alpine:3 AS 1st\n', good: 'FROM alpine:3 AS first\n' },
    { bad: 'FROM alpine:3 AS build/app\n', good: 'FROM alpine:3 AS build-app\n', fixed: true },
  ],
  check: ({ tree }) =>
    tree.stages.flatMap(({ from, name }) => {
      if (!name || argumentWords(from, tree.escape).length !== 3) return [];
      const lower = name.text.replaceAll('\u212A', 'k').replaceAll('\u0130', 'i').toLowerCase();
      if (/^[a-z][a-z0-9_.-]*$/.test(lower)) return [];
      const message = name.text.includes('$')
        ? 'Variables aren’t replaced in the name of a stage.'
        : `${shown(name.text)} can’t name a stage: a name is made of letters, digits, _ - and ., and begins with a letter.`;
      const valid = name.text.replaceAll(/[^a-zA-Z0-9_.-]+/g, '-').replace(/^[^a-zA-Z]+/, '');
      const fixes =
        valid === '' || name.text.includes('$')
          ? []
          : [replace(`Change to ${shown(valid)}`, name, valid)];
      return [{ span: name, message, fixes }];
    }),
};
