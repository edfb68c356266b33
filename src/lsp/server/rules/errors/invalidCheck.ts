import { trimmed } from '../../parser/space.ts';
import type { Finding, Rule } from '../rule.ts';
import { nearest, shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

const OPTIONS = ['skip', 'error', 'experimental'];
const BOOLEANS = new Set('1 t T TRUE true True 0 f F FALSE false False'.split(' '));

/** A check directive that the builder can't read. */
export const invalidCheck: Rule = {
  id: 'build-error/invalid-check',
  severity: 'error',
  title: 'The check directive has the options skip, error and experimental',
  why: 'The directive is `# check=skip=Rule,Rule;error=true;experimental=Rule`, with the options that are needed and no spaces: the builder reads it up to the first one.',
  examples: [
    {
      bad: '# check=skp=all\nFROM alpine:3\n',
      good: '# check=skip=all\nFROM alpine:3\n',
      fixed: true,
    },
    {
      bad: '# check=error=yes\nFROM alpine:3\n',
      good: '# check=error=true\nFROM alpine:3\n',
      fixed: true,
    },
    {
      bad: '# check=skip=all; error=true\nFROM alpine:3\n',
      good: '# check=skip=all;error=true\nFROM alpine:3\n',
      fixed: true,
    },
  ],
  check: ({ tree }) =>
    tree.directives
      .filter(({ name }) => name === 'check')
      .flatMap(({ value, valueSpan }) => mistakes(value, valueSpan.start)),
};

/** The options in the value of a `# check=`, up to its first space: BuildKit takes three apart, whatever the last one holds. */
export function optionsOf(text: string): readonly string[] {
  const parts = text.split(';');
  return parts.length > 3 ? [...parts.slice(0, 2), parts.slice(2).join(';')] : parts;
}

/** What is wrong with the value of a `# check=`, which begins at an offset. */
export function mistakes(value: string, start = 0): Finding[] {
  const text = value.split(' ')[0] ?? '';
  if (trimmed(text) === '') return [];
  let at = start;
  for (const part of optionsOf(text)) {
    const span = { start: at, end: at + part.length };
    at = span.end + 1;
    const equals = part.indexOf('=');
    const key = trimmed(equals < 0 ? part : part.slice(0, equals));
    if (part === '' && value.length > text.length) {
      const spaces = /^ +/.exec(value.slice(text.length))?.[0].length ?? 0;
      const gap = { start: span.end, end: span.end + spaces };
      return [
        {
          span: gap,
          message: 'The builder reads this directive up to the first space.',
          fixes: [replace('Remove the space', gap, '')],
        },
      ];
    }
    if (equals < 0 || !OPTIONS.includes(key)) {
      const guess = nearest(key, OPTIONS);
      const keySpan = { start: span.start, end: span.start + (equals < 0 ? part.length : equals) };
      const message = `The check directive has no option ${shown(key) || '(nothing)'}; there are skip, error and experimental.`;
      const fixes = guess && guess !== key ? [replace(`Change to ${guess}`, keySpan, guess)] : [];
      return [
        { span, message: guess === key ? `The option ${key} needs a value.` : message, fixes },
      ];
    }
    if (key === 'error' && !BOOLEANS.has(trimmed(part.slice(equals + 1)))) {
      const valueAt = { start: span.start + equals + 1, end: span.end };
      const fixes = ['true', 'false'].map((word) => replace(`Use ${word}`, valueAt, word));
      return [{ span: valueAt, message: 'The option error is true or false.', fixes }];
    }
  }
  return [];
}
