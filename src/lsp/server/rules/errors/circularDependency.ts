import { append } from '../../../../util/multimap.ts';
import type { Rule } from '../rule.ts';
import { sourceReferences } from './support/stages.ts';
import type { SourceReference } from './support/stages.ts';
import { shown } from './support/suggest.ts';

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
  check: (file) => {
    // What triggers refer to is known only when circles have been looked for.
    const references = file.once(sourceReferences).filter(({ instruction }) => !instruction.parent);
    const own = references.filter(
      ({ target, stage }) => target.kind === 'stage' && target.index === stage.index,
    );
    if (own.length > 0)
      return own.map(({ word }) => ({
        span: word,
        message: 'This stage can’t take files from itself.',
      }));
    const closing = closingCircle(references);
    if (!closing) return [];
    const message = `The stage ${shown(closing.text)} takes files from this one, directly or through others.`;
    return [{ span: closing.word, message }];
  },
};

/** The reference that closes the first circle of stages that take files from each other. */
function closingCircle(references: readonly SourceReference[]): SourceReference | undefined {
  const later = references.filter(
    ({ target, stage }) => target.kind === 'stage' && target.index > stage.index,
  );
  // Without one that goes forward there is no way round.
  if (later.length === 0) return undefined;
  const byStage = new Map<number, SourceReference[]>();
  for (const reference of references) {
    append(byStage, reference.stage.index, reference);
  }
  const done = new Set<number>();
  for (const first of byStage.keys()) {
    const path = [{ index: first, next: 0 }];
    const open = new Set([first]);
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const reference = byStage.get(last.index)?.[last.next++];
      if (!reference) {
        open.delete(last.index);
        done.add(last.index);
        path.pop();
        continue;
      }
      if (reference.target.kind !== 'stage') continue;
      const { index } = reference.target;
      if (open.has(index)) return reference;
      if (done.has(index)) continue;
      open.add(index);
      path.push({ index, next: 0 });
    }
  }
  return undefined;
}
