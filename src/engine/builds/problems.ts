import type { Build } from './model.ts';
import { whyFailedHere } from './whyFailed.ts';

type Lines = readonly [number, number];

/** What a build says of its Dockerfile. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly lines: Lines;
  /** The rule's name where it is one: `WorkdirRelativePath`. */
  readonly code?: string;
  /** Where the rule is explained. */
  readonly url?: string;
  /** The build that failed there. */
  readonly build?: string;
}

/**
 * What a build that has ended says of its Dockerfile: the instruction that failed with what its command wrote last, and
 * the builder's warnings. What has no place in the file is left out.
 * @param tail the last lines that a step has written
 * @param placed where a step's instruction stands in the file as it is now; undefined where it doesn't
 */
export function problemsOf(
  { id, steps, failure, warnings }: Build,
  tail: (step: string) => readonly string[],
  placed: (step: string) => Lines | undefined,
): Problem[] {
  const step = steps.find(({ id }) => id === failure?.step);
  const lines = (step && placed(step.id)) ?? failure?.lines ?? step?.lines;
  const failed: Problem[] =
    failure && lines
      ? [
          {
            severity: 'error',
            message: [whyFailedHere(failure, step), ...(step ? tail(step.id) : [])].join('\n'),
            lines,
            build: id,
          },
        ]
      : [];
  return [
    ...failed,
    ...warnings.flatMap(({ message, detail, url, lines }): Problem[] => {
      if (!lines) return [];
      const [, code, text = message] =
        /^([A-Z][A-Za-z]+): ([^]*?)(?: \(line \d+\))?$/.exec(message) ?? [];
      const said = [text, ...(code === undefined ? detail : [])].join('\n');
      return [
        {
          severity: 'warning',
          message: said,
          lines,
          ...(code === undefined ? {} : { code }),
          ...(url === undefined ? {} : { url }),
        },
      ];
    }),
  ];
}

/** A finding of somebody else's: its lines from 1, and the names of rules that it mentions. */
export interface OtherFinding {
  readonly lines: Lines;
  readonly text: string;
}

/** The problems that nobody else reports: of the same rule at the same place one finding is enough. */
export const unsaid = (
  problems: readonly Problem[],
  others: readonly OtherFinding[],
): readonly Problem[] =>
  problems.filter(
    ({ code, lines }) =>
      code === undefined ||
      !others.some(
        (other) =>
          other.lines[0] <= lines[1] &&
          lines[0] <= other.lines[1] &&
          new RegExp(`\\b${code}\\b`).test(other.text),
      ),
  );

/** A change of a text: from and to which line it was made, from 1, and how many lines more there are since. */
export interface LineChange {
  readonly from: number;
  readonly to: number;
  readonly added: number;
}

/** Where lines stand after a change; undefined when all of them were deleted. */
export function moved(lines: Lines, { from, to, added }: LineChange): Lines | undefined {
  const [first, last] = lines;
  if (from > last) return lines;
  if (to < first) return [first + added, last + added];
  // The lines that it deletes are those behind its first, up to its last.
  const gone = from < first && to > last && added < 0;
  if (gone) return undefined;
  const start = Math.min(first, from < first ? Math.max(from, first + added) : first);
  return [start, Math.max(start, last + added)];
}
