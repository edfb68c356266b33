import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Step } from '../../model/scopes.ts';
import { withdrawSet } from '../imageVariables.ts';
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
  *check(file) {
    for (const { finding } of emptyIn(file)) yield finding;
  },
  checkImages: async (file, images) =>
    withdrawSet(
      file,
      images,
      [...emptyIn(file)].filter(({ names }) => names.length > 0),
    ),
};

/** The paths that are empty, with the variables in them that nothing sets. */
function* emptyIn(
  file: Dockerfile,
): Generator<{ names: readonly string[]; step: Step; finding: Finding }> {
  for (const step of stepsOf(file, 'VOLUME'))
    for (const { piece, expansion } of step.expanded)
      if (!expansion.error && (expansion.value === '' || piece.text.trim() === '')) {
        const unset = expansion.references.filter(({ value }) => value === undefined);
        yield {
          names: unset.map(({ name }) => name),
          step,
          finding: { span: piece.span, message: 'This path is empty.' },
        };
      }
}
