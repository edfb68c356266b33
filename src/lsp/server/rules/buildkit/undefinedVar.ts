import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Step } from '../../model/scopes.ts';
import { spanWithin } from '../../model/pieces.ts';
import { keywordLike } from '../keywords.ts';
import { lineAbove } from '../lineAbove.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { distinct, isVariableName, suggester } from './references.ts';
import { at, stepsOf } from './support.ts';
import { replace } from '../edits.ts';
import { withdrawSet } from '../imageVariables.ts';

/** Where the builder replaces variables and reports those that aren't set; it doesn't report EXPOSE's. */
const EXPANDING = 'ADD ARG COPY ENV LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' ');

export const undefinedVar: Rule = {
  id: 'UndefinedVar',
  severity: 'warning',
  title: 'Variables should be defined before they are used',
  why: 'A variable that no `ARG` or `ENV` above defines is empty. An `ARG` before the first `FROM` counts in a stage only after the stage repeats it as `ARG NAME`. Those that the base image sets count too: the editor asks the engine or the registry for them. `stevedore-check` asks nobody, so it reports them: declare those that you rely on.',
  examples: [
    {
      bad: 'FROM alpine\nARG DIR_ASSETS=assets/\nCOPY $DIR_ASSET .\n',
      good: 'FROM alpine\nARG DIR_ASSETS=assets/\nCOPY $DIR_ASSETS .\n',
      fixed: true,
    },
    {
      bad: 'ARG VERSION=1\nFROM alpine\nLABEL version=$VERSION\n',
      good: 'ARG VERSION=1\nFROM alpine\nARG VERSION\nLABEL version=$VERSION\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const { finding } of unsetIn(file)) yield finding;
  },
  checkImages: async (file, images) => withdrawSet(file, images, [...unsetIn(file)]),
};

interface Unset {
  readonly names: readonly string[];
  readonly step: Step;
  readonly finding: Finding;
}

function* unsetIn(file: Dockerfile): Generator<Unset> {
  const suggested = suggester();
  for (const step of stepsOf(file, ...EXPANDING))
    if (hasUnset(step)) yield* inStep(step, file, suggested);
}

function hasUnset({ expanded }: Step): boolean {
  return expanded.some(({ expansion }) =>
    expansion.references.some(({ value }) => value === undefined),
  );
}

function* inStep(
  step: Step,
  file: Dockerfile,
  suggested: ReturnType<typeof suggester>,
): Generator<Unset> {
  const { instruction, place, scope, expanded } = step;
  const earlier = instruction.name === 'ARG' ? declaredBy(step) : undefined;
  for (const { piece, expansion } of expanded) {
    const unset = expansion.references.filter(({ value }) => value === undefined);
    for (const { name, from, to, start, end } of distinct(unset)) {
      // A name that ARG declares is known to be empty unless the build sets it.
      const declared =
        scope.get(name)?.declared || (earlier?.get(name) ?? Infinity) < piece.span.start - 1;
      if (declared || NOT_REPORTED.has(name)) continue;
      const known = () =>
        scope.definitions().flatMap((one) => (one.value === undefined ? [] : [one.name]));
      const guess = suggested(name, known);
      const global = file.scopes().global.get(name);
      const finding = at(place, {
        span: spanWithin(piece, start, end),
        message: `No ARG or ENV above defines ${name.slice(0, 80)}${global && !guess ? ' in this stage' : ''}.${guess ? ` Did you mean ${guess}?` : ''}`,
        fixes: [
          ...(guess && isVariableName(guess)
            ? [replace(`Change to ${guess}`, spanWithin(piece, from, to), guess)]
            : []),
          ...(place === instruction ? declaration(name, step, file) : []),
        ],
      });
      yield { names: [name], step, finding };
    }
  }
}

const NOT_REPORTED = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);

/** Where an ARG has each of its names for the first time: what it declares counts for the words behind that. */
function declaredBy({ pairs }: Step): Map<string, number> {
  return new Map(pairs.toReversed().map(({ key }) => [key.text, key.end]));
}

function declaration(name: string, { instruction }: Step, file: Dockerfile): Fix[] {
  if (!isVariableName(name)) return [];
  const text = `${keywordLike(instruction.keyword, 'ARG')} ${name}\n`;
  return [replace(`Declare ARG ${name}`, lineAbove(file, instruction), text)];
}
