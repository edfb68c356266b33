import { FLAGS } from '../../data/flags.ts';
import type { Finding, Rule } from '../rule.ts';
import { readFlag } from './support/steps.ts';
import { shown } from './support/suggest.ts';
import { flagged } from './support/flags.ts';
import { replace } from '../edits.ts';

/** Flags without the value that they need, and switches that are neither on nor off. */
export const invalidFlagValue: Rule = {
  id: 'build-error/invalid-flag-value',
  severity: 'error',
  title: 'A flag has a value of its kind',
  why: 'A flag’s value stands behind `=`, without spaces around: the next word is an argument. Switches such as `--link` may stand alone, or take `true` or `false`. Variables aren’t replaced in them.',
  examples: [
    {
      bad: 'FROM alpine:3\nCOPY --chmod 755 a /\n',
      good: 'FROM alpine:3\nCOPY --chmod=755 a /\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3\nCOPY --link=yes a /\n',
      good: 'FROM alpine:3\nCOPY --link=true a /\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file.once(flagged).flatMap(({ name, flags, logical, args }) =>
      flags.flatMap((flag): Finding[] => {
        const { name: own, value } = readFlag(flag);
        const known = FLAGS[name] ?? {};
        const facts = Object.hasOwn(known, own) ? known[own] : undefined;
        if (!facts) return [];
        if (facts.takes === 'boolean') {
          if (value === undefined || /^(?:true|false)$/i.test(value)) return [];
          const fixes = ['true', 'false'].map((word) =>
            replace(`Use ${word}`, flag.value ?? flag, word),
          );
          const message = `--${own} is true or false${value === '' ? '' : `, not ${shown(value)}`}.`;
          return [{ span: flag.value?.text ? flag.value : flag, message, fixes }];
        }
        if (value !== undefined) return [];
        const gap = /^[ \t]+/.exec(logical.text.slice(flag.to))?.[0].length ?? 0;
        const join = { start: flag.end, end: flag.end + gap };
        // Only with a further word behind it is the next one sure to be the value.
        const follows =
          flag.to + gap === args.from && /\s/.test(logical.text.slice(args.from, args.to));
        return [
          {
            span: flag,
            message: `--${own} needs a value: --${own}=….`,
            fixes:
              gap > 0 && follows ? [replace('Take the next word as its value', join, '=')] : [],
          },
        ];
      }),
    ),
};
