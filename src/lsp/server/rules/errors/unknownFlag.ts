import { FLAGS } from '../../data/flags.ts';
import type { Rule } from '../rule.ts';
import { flagged } from './support/flags.ts';
import { readFlag } from './support/steps.ts';
import { nearest, shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

/** Flags that an instruction doesn't have. */
export const unknownFlag: Rule = {
  id: 'build-error/unknown-flag',
  severity: 'error',
  title: 'An instruction has flags of its own',
  why: 'The builder takes leading words that begin with `--` for its own flags: those of a program come behind its name. Only `FROM`, `RUN`, `COPY`, `ADD` and `HEALTHCHECK` have any.',
  examples: [
    {
      bad: 'FROM alpine:3\nCOPY --form=build /app /app\n',
      good: 'FROM alpine:3\nCOPY --from=build /app /app\n',
      fixed: true,
    },
    { bad: 'FROM alpine:3\nUSER --create app\n', good: 'FROM alpine:3\nUSER app\n', fixed: true },
  ],
  check: (file) =>
    file.once(flagged).flatMap(({ name, flags, logical }) => {
      const known = FLAGS[name] ?? {};
      return flags.flatMap((flag) => {
        const own = readFlag(flag).name;
        if (Object.hasOwn(known, own)) return [];
        const guess = nearest(own, Object.keys(known));
        const gap = /^[ \t]*/.exec(logical.text.slice(flag.to))?.[0].length ?? 0;
        const fixes = guess
          ? [replace(`Change to --${guess}`, flag.nameSpan, `--${guess}`)]
          : [replace('Remove the flag', { start: flag.start, end: flag.end + gap }, '')];
        const hint = guess ? ` Did you mean --${guess}?` : '';
        return [
          {
            span: flag.nameSpan,
            message: `${name} has no flag --${shown(flag.name)}.${hint}`,
            fixes,
          },
        ];
      });
    }),
};
