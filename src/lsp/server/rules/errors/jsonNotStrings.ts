import { readJson } from '../../parser/json.ts';
import { toSpan } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { healthcheckParts } from './support/healthcheck.ts';

const NAMES = ['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'HEALTHCHECK', 'RUN', 'SHELL', 'VOLUME'];

/** JSON forms that hold something else than strings. */
export const jsonNotStrings: Rule = {
  id: 'build-error/json-not-strings',
  severity: 'error',
  title: 'A JSON form holds strings only',
  why: 'Arguments of a program and paths are text, so numbers stand in quotes, and there are no arrays within the array.',
  examples: [
    { bad: 'FROM alpine:3\nCMD ["sleep", 60]\n', good: 'FROM alpine:3\nCMD ["sleep", "60"]\n' },
  ],
  check: (file) =>
    NAMES.flatMap((name) => file.all(name)).flatMap(({ name, logical, args, json }) => {
      if (json) return [];
      const text = logical.text.slice(args.from, args.to);
      const lead = name === 'HEALTHCHECK' ? healthcheckParts(text).lead : 0;
      if (readJson(text.slice(lead)) !== 'mixed') return [];
      const span = toSpan(logical, args.from + lead, args.to);
      return [{ span, message: 'The items of this array must be strings, in double quotes.' }];
    }),
};
