import { parseGoInteger } from '../../../../util/goNumbers.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Stage } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { isGit, isHttp } from './support/sources.ts';

const NAME = 'SOURCE_DATE_EPOCH';

/** A time for the build that is none (dockerfile2llb, resolveSourceDateEpochValue). */
export const invalidEpoch: Rule = {
  id: 'build-error/invalid-epoch',
  severity: 'error',
  title: 'SOURCE_DATE_EPOCH is a number of seconds',
  why: 'The default that an `ARG` before the first `FROM` gives to `SOURCE_DATE_EPOCH` is the time of the image: seconds since 1970, `context` for the time of the build context, or the name of a stage that is `FROM scratch` and does nothing but `ADD` one source from the web or Git, whose time is taken.',
  examples: [
    {
      bad: 'ARG SOURCE_DATE_EPOCH=2026-01-01\nFROM alpine:3\n',
      good: 'ARG SOURCE_DATE_EPOCH=1767225600\nFROM alpine:3\n',
    },
  ],
  check: (file) => {
    if (!file.tree.source.includes(NAME)) return [];
    const { value, span } = file.scopes().global.get(NAME) ?? {};
    if (!value || !span || value === 'context' || parseGoInteger(value) !== undefined) return [];
    const stage = file.tree.stages.find(
      ({ name }) => name?.text.toLowerCase() === value.toLowerCase(),
    );
    if (!stage)
      return [
        { span, message: `${NAME} is a number of seconds since 1970, context, or a stage’s name.` },
      ];
    if (isSource(file, stage)) return [];
    const message =
      'A stage that gives the time is FROM scratch, and has one ADD from the web or Git and else nothing but ARG.';
    return [{ span, message }];
  },
};

function isSource(file: Dockerfile, stage: Stage): boolean {
  if (file.scopes().from(stage).image?.value !== 'scratch') return false;
  const steps = file.scopes().steps(stage);
  const added = steps.filter(({ instruction }) => instruction.name !== 'ARG');
  const [add] = added;
  if (!add || added.length !== 1 || add.instruction.name !== 'ADD') return false;
  const sources = add.expanded.filter(({ piece }) => piece.role === 'source');
  const source = sources[0]?.expansion.value ?? '';
  return (
    sources.length === 1 &&
    add.instruction.heredocs.length === 0 &&
    (isHttp(source) || isGit(source))
  );
}
