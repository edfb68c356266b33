import { compareBuilds, formatDifference } from '../../engine/builds/compare.ts';
import type { ComparedStep } from '../../engine/builds/compare.ts';
import type { Build, BuildStep } from '../../engine/builds/model.ts';
import { buildTime } from '../../engine/builds/stages.ts';
import { formatDuration } from '../../util/duration.ts';
import { cell, count, md } from '../../util/format.ts';
import { isOwnStep } from '../../util/ownStep.ts';

/**
 * What differs between two builds, as Markdown to be read: what lost its cache and the instruction that caused it, then
 * the times of all steps.
 * @param name what a build is called in it, with its time
 */
export function comparisonText(
  before: Build,
  after: Build,
  name: (build: Build) => string,
  now: number,
): string {
  const { steps, lost, reasons, slower } = compareBuilds(before, after);
  const took = (build: Build) => formatDuration(buildTime(build, now));
  return [
    '# Two builds compared',
    '',
    `| | ${cell(name(before))} | ${cell(name(after))} |`,
    '|---|---|---|',
    `| Result | ${before.state} | ${after.state} |`,
    `| Time | ${took(before)} | ${took(after)}, ${formatDifference(slower)} |`,
    `| Cached | ${cached(before)} | ${cached(after)} |`,
    '',
    '## What lost its cache',
    '',
    ...(lost.length === 0
      ? ['Nothing: what the earlier build had in its cache was there for the later one.', '']
      : [
          `${count(lost.length, 'instruction')} ran again.`,
          '',
          ...reasons.flatMap(({ sentence, step }, index) => [
            `${index + 1}. ${md(sentence)}${placeOf(step)}`,
          ]),
          '',
          '| Ran again | Line | It took |',
          '|---|---|---|',
          ...lost.flatMap(({ after: step }) =>
            step
              ? [
                  `| ${cell(step.instruction)} | ${step.lines?.[0] ?? ''} | ${formatDuration(step.duration)} |`,
                ]
              : [],
          ),
          '',
        ]),
    '## Times',
    '',
    '| Step | Earlier | Later | Difference |',
    '|---|---|---|---|',
    ...steps.map(row),
    '',
  ].join('\n');
}

const cached = ({ steps }: Build) => {
  const own = steps.filter(isOwnStep);
  return `${own.filter(({ state }) => state === 'cached').length} of ${own.length}`;
};

const placeOf = ({ lines }: BuildStep) => (lines ? ` (line ${lines[0]})` : '');

function row({ before, after, reworded, slower }: ComparedStep): string {
  const one = after ?? before;
  const words = cell(one?.instruction ?? '');
  const label = reworded ? `${words}, before ${cell(before?.instruction ?? '')}` : words;
  const difference = before && after ? formatDifference(slower) : after ? 'new' : 'gone';
  return `| ${label} | ${timeOf(before)} | ${timeOf(after)} | ${difference} |`;
}

function timeOf(step: BuildStep | undefined): string {
  if (!step) return '–';
  return step.state === 'cached'
    ? 'cached'
    : step.started
      ? formatDuration(step.duration)
      : step.state;
}
