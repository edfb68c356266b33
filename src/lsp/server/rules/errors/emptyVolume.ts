import type { Rule } from '../rule.ts';
import { stepsOf } from './support/steps.ts';

/** VOLUME with a path of nothing. */
export const emptyVolume: Rule = {
  id: 'build-error/empty-volume',
  severity: 'error',
  title: 'The path of a VOLUME isn’t empty',
  why: 'The path is empty as written, or because the variable in it has no value.',
  examples: [
    { bad: 'FROM alpine:3\nVOLUME $DATA\n', good: 'FROM alpine:3\nARG DATA=/data\nVOLUME $DATA\n' },
    { bad: 'FROM alpine:3\nVOLUME ["/data", ""]\n', good: 'FROM alpine:3\nVOLUME ["/data"]\n' },
  ],
  check: function* check(file) {
    for (const step of stepsOf(file, 'VOLUME'))
      for (const { piece, expansion } of step.expanded)
        if (!expansion.error && (expansion.value === '' || piece.text.trim() === ''))
          yield { span: piece.span, message: 'This path is empty.' };
  },
};
