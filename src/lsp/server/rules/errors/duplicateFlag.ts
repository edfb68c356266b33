import { FLAGS } from '../../data/flags.ts';
import type { Finding, Rule } from '../rule.ts';
import { readFlag } from './support/steps.ts';
import { flagged } from './support/flags.ts';
import { replace } from '../edits.ts';

/** Flags given twice that may be given once. */
export const duplicateFlag: Rule = {
  id: 'build-error/duplicate-flag',
  severity: 'error',
  title: 'A flag is given once',
  why: 'Only `--mount`, `--device` and `--exclude` may be repeated.',
  examples: [
    {
      bad: 'FROM alpine:3\nCOPY --chmod=644 --chmod=755 a /\n',
      good: 'FROM alpine:3\nCOPY --chmod=644 a /\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file.once(flagged).flatMap(({ name, flags, logical }) => {
      const seen = new Set<string>();
      return flags.flatMap((flag): Finding[] => {
        const own = readFlag(flag).name;
        const known = FLAGS[name] ?? {};
        if (!Object.hasOwn(known, own) || known[own]?.repeats) return [];
        if (!seen.has(own)) {
          seen.add(own);
          return [];
        }
        const gap = /^[ \t]*/.exec(logical.text.slice(flag.to))?.[0].length ?? 0;
        const span = { start: flag.start, end: flag.end + gap };
        const fixes = [replace('Remove this one', span, '')];
        return [{ span: flag, message: `--${own} is given twice; only one may be.`, fixes }];
      });
    }),
};
