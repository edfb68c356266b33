import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { referenceProblem } from './support/reference.ts';
import { shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

/** Stages whose name can't be one. */
export const invalidStageName: Rule = {
  id: 'build-error/invalid-stage-name',
  severity: 'error',
  title: 'A stage’s name begins with a letter',
  why: 'A name consists of letters, digits, `_`, `-` and `.`, and begins with a letter: a number is the place of a stage. As that of an image it ends with a letter or a digit, and has one `.` or `_`, `__` or any number of `-` in one place. Variables aren’t replaced in it.',
  examples: [
    { bad: 'FROM alpine:3 AS 1st\n', good: 'FROM alpine:3 AS first\n' },
    { bad: 'FROM alpine:3 AS build/app\n', good: 'FROM alpine:3 AS build-app\n', fixed: true },
    { bad: 'FROM alpine:3 AS v1..2_\n', good: 'FROM alpine:3 AS v1-2\n', fixed: true },
  ],
  check: ({ tree }) =>
    tree.stages.flatMap(({ from, name }) => {
      if (!name || argumentWords(from, tree.escape).length !== 3) return [];
      if (isWord(name.text) && !referenceProblem(toLower(name.text))) return [];
      const message = name.text.includes('$')
        ? 'Variables aren’t replaced in the name of a stage.'
        : isWord(name.text)
          ? `${shown(name.text)} can’t name a stage: it must do for an image’s name too, with one . or _, two _, or any number of - between letters and digits, and none at its end.`
          : `${shown(name.text)} can’t name a stage: a name is made of letters, digits, _ - and ., and begins with a letter.`;
      const valid = name.text
        .replaceAll(/[^a-zA-Z0-9_.-]+/g, '-')
        .replaceAll(/[_.-]{2,}/g, (marks) => (/^(?:__|-+)$/.test(marks) ? marks : '-'))
        .replaceAll(/^[^a-zA-Z]+|[_.-]+$/g, '');
      const fixes =
        valid === '' || valid === name.text || name.text.includes('$')
          ? []
          : [replace(`Change to ${shown(valid)}`, name, valid)];
      return [{ span: name, message, fixes }];
    }),
};

/**
 * Whether a name is made as that of a stage, which the builder looks at as it parses FROM. Later it looks for a context of
 * this name, which must be that of an image too.
 */
export function isWord(name: string): boolean {
  return /^[a-z][a-z0-9_.-]*$/.test(toLower(name));
}

function toLower(name: string): string {
  return name.replaceAll('\u212A', 'k').replaceAll('\u0130', 'i').toLowerCase();
}
