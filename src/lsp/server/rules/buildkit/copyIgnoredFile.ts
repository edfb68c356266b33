import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Step } from '../../model/scopes.ts';
import { cleanPath } from '../../../../util/goPath.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { at, stepsOf } from './support.ts';

/** Patterns that leave out everything at the top. */
const EVERYTHING = new Set(['*', '**', '**/*']);
/** A name that only a pattern for all names matches. */
const ANY_NAME = '\u{10FFFD}';
/** Sources that aren't paths of the build context. */
const REMOTE = /^(?:https?|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/;

export const copyIgnoredFile: Rule = {
  id: 'CopyIgnoredFile',
  severity: 'warning',
  title: 'COPY and ADD should not name what .dockerignore leaves out',
  why: 'What `.dockerignore` leaves out isn’t sent to the builder, so the build fails: the file isn’t there. Either drop the pattern or don’t copy the file.',
  examples: [
    {
      bad: 'FROM scratch\nCOPY dist/app /app\n',
      good: 'FROM scratch\nCOPY build/app /app\n',
      files: { '.dockerignore': 'dist\n', 'dist/app': '', 'build/app': '' },
    },
  ],
  check: () => [],
  checkContext: (file, context) => Promise.resolve([...ignored(file, context)]),
};

function* ignored(file: Dockerfile, context: BuildContext): Generator<Finding> {
  // With exceptions one can't tell: a folder that is left out may hold files that aren't.
  if (context.ignoreFile === undefined || context.hasExceptions) return;
  for (const step of stepsOf(file, 'COPY', 'ADD')) {
    if (step.instruction.name === 'COPY' && takesFromElsewhere(step)) continue;
    for (const { piece, expansion } of step.expanded) {
      if (piece.role !== 'source' || expansion.error || REMOTE.test(expansion.value)) continue;
      const path = cleanPath(expansion.value);
      const pattern = leavesOut(path, context);
      if (pattern === undefined) continue;
      yield at(step.place, {
        span: piece.span,
        message: `${context.ignoreFile} leaves ${path.slice(0, 80)} out of the build context (${pattern.slice(0, 80)}), so it can’t be copied.`,
      });
    }
  }
}

function takesFromElsewhere({ instruction }: Step): boolean {
  return instruction.flags.some(({ name, value }) => name === 'from' && value?.text !== '');
}

function leavesOut(path: string, context: BuildContext): string | undefined {
  if (path !== '.' && path !== '/') return context.ignoredBy(path);
  const pattern = context.ignoredBy(ANY_NAME);
  return pattern !== undefined && EVERYTHING.has(cleanPath(pattern).replace(/^\//, ''))
    ? pattern
    : undefined;
}
