import type { Rule } from '../rule.ts';
import { sourceReferences } from './support/stages.ts';

/** A stage that takes files from itself. */
export const circularDependency: Rule = {
  id: 'build-error/circular-dependency',
  severity: 'error',
  title: 'A stage doesn’t take files from itself',
  why: 'What is in the stage already is copied by `RUN cp`; what is in the base image comes from `--from=` with that image’s name.',
  examples: [
    {
      bad: 'FROM alpine:3 AS app\nCOPY --from=app /a /b\n',
      good: 'FROM alpine:3 AS app\nRUN cp /a /b\n',
    },
  ],
  check: (file) =>
    file
      .once(sourceReferences)
      .flatMap(({ target, word, stage }) =>
        target.kind === 'stage' && target.index === stage.index
          ? [{ span: word, message: 'This stage can’t take files from itself.' }]
          : [],
      ),
};
