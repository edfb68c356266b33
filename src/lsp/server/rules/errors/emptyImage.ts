import type { Rule } from '../rule.ts';
import { withoutValue } from './support/withoutValue.ts';

/** FROM with an image of nothing. */
export const emptyImage: Rule = {
  id: 'build-error/empty-image',
  severity: 'error',
  title: 'The image of a FROM isn’t empty',
  why: 'In `FROM` variables have values by an `ARG` before the first `FROM`: give it a default, or the build fails unless each caller passes `--build-arg`.',
  examples: [
    { bad: 'ARG BASE\nFROM $BASE\n', good: 'ARG BASE=alpine:3\nFROM $BASE\n' },
    { bad: 'FROM $BASE\n', good: 'ARG BASE=alpine:3\nFROM $BASE\n' },
  ],
  check: (file) =>
    file.tree.stages.flatMap((stage) => {
      const { image } = file.scopes().from(stage);
      if (!stage.image || !image || image.error || image.value !== '') return [];
      const names = image.references.map(({ name }) => name);
      const message = names.length > 0 ? withoutValue(names) : 'This names no image.';
      return [{ span: stage.image, message }];
    }),
};
