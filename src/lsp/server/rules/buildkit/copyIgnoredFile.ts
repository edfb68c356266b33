import { parseDockerignore } from '../../../../util/dockerignore.ts';
import type { IgnoreFile } from '../../../../util/dockerignore.ts';
import { cleanPath } from '../../../../util/goPath.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Step } from '../../model/scopes.ts';
import { isGit, isHttp } from '../errors/support/sources.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { at, stepsOf } from './support.ts';

/** Patterns that leave out everything at the top. */
const EVERYTHING = new Set(['*', '**', '**/*']);
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
  if (context.ignoreText === undefined || context.hasExceptions) return;
  const patterns = patternsOf(context);
  for (const step of stepsOf(file, 'COPY', 'ADD')) {
    if (step.instruction.name === 'COPY' && takesFromElsewhere(step)) continue;
    for (const { piece, expansion } of step.expanded) {
      if (piece.role !== 'source' || expansion.error) continue;
      if (isHttp(expansion.value) || isGit(expansion.value)) continue;
      const path = cleanPath(expansion.value);
      const pattern = leavesOut(path, patterns);
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

/** Whether the rule tells of a source that is left out; in the builder it knows none by a path that begins with `/` or `..`. */
export function isToldIgnored(source: string, context: BuildContext): boolean {
  return !context.hasExceptions && leavesOut(cleanPath(source), patternsOf(context)) !== undefined;
}

const parsed = new WeakMap<BuildContext, IgnoreFile>();

function patternsOf(context: BuildContext): IgnoreFile {
  const patterns = parsed.get(context) ?? parseDockerignore(context.ignoreText ?? '');
  parsed.set(context, patterns);
  return patterns;
}

/** As in the builder a path is compared as it stands: `app` is no pattern for `/app` or `../app`. */
function leavesOut(path: string, { patterns, decideByPath }: IgnoreFile): string | undefined {
  if (path !== '.' && path !== '/') return decideByPath(path).by?.text;
  return patterns.find(({ pattern }) => EVERYTHING.has(pattern))?.text;
}
