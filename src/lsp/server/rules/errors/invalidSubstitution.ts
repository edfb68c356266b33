import type { Dockerfile } from '../../model/dockerfile.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
import { failures } from './support/expansions.ts';

/** `${…}` that the builder can't replace. */
export const invalidSubstitution: Rule = {
  id: 'build-error/invalid-substitution',
  severity: 'error',
  title: 'A substitution is one that the builder knows',
  why: 'Besides `$NAME` and `${NAME}` there are `${NAME:-default}`, `${NAME:+other}`, `${NAME:?message}`, the same without `:`, `${NAME#pattern}`, `${NAME%pattern}`, both doubled, `${NAME/pattern/text}` and `${NAME//pattern/text}`. Shells know more, but these aren’t for shells. `:?` stops the build while the variable is empty.',
  examples: [
    {
      bad: 'FROM alpine:3\nARG DIR=/app\nWORKDIR ${DIR\n',
      good: 'FROM alpine:3\nARG DIR=/app\nWORKDIR ${DIR}\n',
    },
    {
      bad: 'FROM alpine:3\nARG DIR\nENV HOME=${DIR:=/app}\n',
      good: 'FROM alpine:3\nARG DIR\nENV HOME=${DIR:-/app}\n',
    },
  ],
  check: (file) => substitutions(file),
  // Nothing but `:?` and `?` is right once the base image gives the variable a value.
  checkImages: (file, images) =>
    withdrawUnset(
      file,
      images,
      substitutions(file, (message) => required(message) !== undefined),
    ),
};

/** Those that the builder refuses for a reason of some kind, in its words. */
function substitutions(file: Dockerfile, isMeant = (_message: string) => true): Finding[] {
  return file
    .once(failures)
    .flatMap(({ message, span }) =>
      message.endsWith('-quote') || !isMeant(message)
        ? []
        : [{ span, message: explained(message) }],
    );
}

/** The variable that has no value though it must, and the reason that is given; undefined for another failure. */
function required(message: string): readonly [name: string, reason: string] | undefined {
  const [name = '', reason = ''] = message.split(/: (.*)/s);
  return /^[\p{L}\p{Nd}_]+$/u.test(name) ? [name, reason] : undefined;
}

/** Our words for BuildKit's. */
function explained(message: string): string {
  const modifier = /^unsupported modifier \((.*)\) in substitution$/s.exec(message)?.[1];
  if (modifier === '\uFFFD' || modifier === ':\uFFFD' || message.includes("missing '}'"))
    return 'The closing brace of this substitution is missing.';
  if (modifier !== undefined)
    return `The builder has no modifier ${modifier}; it knows - + ? (with or without :), # % and /.`;
  if (message.includes('bad substitution')) return 'This substitution names no variable.';
  if (message.includes("missing '/'")) return 'The second / of this replacement is missing.';
  if (message.startsWith('invalid pattern'))
    return 'In this pattern a backslash may stand before * ? \\ / and } only.';
  if (message.includes('nested too deeply')) return 'These substitutions are nested too deeply.';
  const [name, reason] = required(message) ?? [];
  return name === undefined
    ? 'The builder can’t read this substitution.'
    : `The build stops here because ${name} has no value: ${reason}`;
}
