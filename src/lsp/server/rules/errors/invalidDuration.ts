import { FLAGS } from '../../data/flags.ts';
import { flagged } from './support/flags.ts';
import type { Finding, Rule } from '../rule.ts';
import { parseDuration } from './support/duration.ts';
import { readFlag } from './support/steps.ts';
import { replace } from '../edits.ts';

const SHORTEST = 1e6;

/** Times of HEALTHCHECK that are none. */
export const invalidDuration: Rule = {
  id: 'build-error/invalid-duration',
  severity: 'error',
  title: 'The times of HEALTHCHECK have units',
  why: 'A time is a number with a unit, or several: `30s`, `1m30s`, `500ms`. Units are `ns`, `us`, `ms`, `s`, `m` and `h`; the shortest time is a millisecond, and 0 stands for the default. Variables aren’t replaced.',
  examples: [
    {
      bad: 'FROM alpine:3\nHEALTHCHECK --interval=30 CMD true\n',
      good: 'FROM alpine:3\nHEALTHCHECK --interval=30s CMD true\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3\nHEALTHCHECK --timeout=10us CMD true\n',
      good: 'FROM alpine:3\nHEALTHCHECK --timeout=10ms CMD true\n',
    },
  ],
  check: (file) =>
    file.once(flagged).flatMap(({ name, flags }) =>
      name !== 'HEALTHCHECK'
        ? []
        : flags.flatMap((flag): Finding[] => {
            const { name: own, value } = readFlag(flag);
            const known = FLAGS['HEALTHCHECK'] ?? {};
            if (!Object.hasOwn(known, own) || known[own]?.takes !== 'duration' || !value) return [];
            const time = parseDuration(value);
            const span = flag.value ?? flag;
            if (time === 'no unit' && /^\d+$/.test(value))
              return [
                {
                  span,
                  message: 'A time has a unit, as in 30s or 1m30s.',
                  fixes: [replace(`Change to ${value}s`, span, `${value}s`)],
                },
              ];
            if (typeof time === 'string')
              return [
                {
                  span,
                  message: value.includes('$')
                    ? 'Variables aren’t replaced here: write a time, as 30s, 1m30s or 500ms.'
                    : 'This is not a time; one looks like 30s, 1m30s or 500ms.',
                },
              ];
            return time !== 0 && time < SHORTEST
              ? [{ span, message: 'The shortest time is 1ms; 0 stands for the default.' }]
              : [];
          }),
    ),
};
