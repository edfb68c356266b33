import { table } from '../../../util/table.ts';

/** What may follow a variable's name in braces, from the Dockerfile reference (environment replacement). */
export const MODIFIERS: Readonly<Record<string, string>> = table({
  ':-': 'The word that follows, when the variable is unset or empty.',
  '-': 'The word that follows, when the variable is unset.',
  ':+': 'The word that follows, when the variable is set and not empty; else nothing.',
  '+': 'The word that follows, when the variable is set; else nothing.',
  ':?': 'Fails with the message that follows, when the variable is unset or empty.',
  '?': 'Fails with the message that follows, when the variable is unset.',
  '#': 'Without the shortest match of the pattern that follows, at its start.',
  '##': 'Without the longest match of the pattern that follows, at its start.',
  '%': 'Without the shortest match of the pattern that follows, at its end.',
  '%%': 'Without the longest match of the pattern that follows, at its end.',
  '/': 'With the first match of a pattern replaced: `/pattern/replacement`.',
  '//': 'With every match of a pattern replaced: `//pattern/replacement`.',
});
