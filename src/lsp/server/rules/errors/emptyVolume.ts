import type { Dockerfile } from '../../model/dockerfile.ts';
import { trim } from '../../parser/space.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
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
  check: emptyIn,
  checkImages: (file, images) => withdrawUnset(file, images, emptyIn(file)),
};

function* emptyIn(file: Dockerfile): Generator<Finding> {
  for (const { expanded } of stepsOf(file, 'VOLUME'))
    for (const { piece, expansion } of expanded)
      // White space in front isn't the path's, and comes out of the expansion as it is.
      if (
        !expansion.error &&
        expansion.value.slice(trim(piece.text, 0, piece.text.length).from) === ''
      )
        yield { span: piece.span, message: 'This path is empty.' };
}
