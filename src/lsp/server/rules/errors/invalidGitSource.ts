import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Expanded, Step } from '../../model/scopes.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
import type { GitProblem } from './support/gitSource.ts';
import { readGitSource } from './support/gitSource.ts';
import { isGit, isGithubPath } from './support/sources.ts';
import { expandedFlag, stepsOf } from './support/steps.ts';
import { shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

/** ADD of a Git repository whose address the builder doesn't understand, or which its flags contradict. */
export const invalidGitSource: Rule = {
  id: 'build-error/invalid-git-source',
  severity: 'error',
  title: 'The address of a Git source says what to take once',
  why: 'Behind the address of a repository stands `?` with `ref`, `tag` or `branch`, `commit` (also called `checksum`), `subdir`, `keep-git-dir` and `submodules`, each once, or the older `#ref:subdir`. What is said twice must be the same, with the flags `--checksum` and `--keep-git-dir` too. Queries are read since version 1.18 of the syntax.',
  examples: [
    {
      bad: 'FROM alpine:3\nADD https://example.com/app.git?brnch=main /src/\n',
      good: 'FROM alpine:3\nADD https://example.com/app.git?branch=main /src/\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3\nADD https://example.com/app.git?tag=v1.2&branch=main /src/\n',
      good: 'FROM alpine:3\nADD https://example.com/app.git?tag=v1.2&subdir=docs /src/\n',
    },
    {
      bad: 'FROM alpine:3\nADD --checksum=24454f8 https://example.com/app.git?tag=v1.2&commit=481119c /src/\n',
      good: 'FROM alpine:3\nADD --checksum=24454f8 https://example.com/app.git?tag=v1.2&commit=24454f8 /src/\n',
    },
  ],
  check: misread,
  checkImages: (file, images) => withdrawUnset(file, images, misread(file)),
};

function* misread(file: Dockerfile): Generator<Finding> {
  for (const step of [...stepsOf(file, 'ADD'), ...stepsOf(file, 'COPY')]) {
    for (const source of step.expanded) {
      const { piece, expansion } = source;
      if (piece.role !== 'source' || expansion.error) continue;
      if (isGithubPath(expansion.value))
        for (const problem of readGitSource(expansion.value).problems)
          yield placed(file, source, problem);
      // COPY takes nothing from Git, whatever the address says.
      else if (step.instruction.name === 'ADD' && isGit(expansion.value))
        yield* judged(file, step, source);
    }
  }
}

function* judged(file: Dockerfile, step: Step, source: Expanded): Generator<Finding> {
  const { piece, expansion } = source;
  const { problems, checksum, keepGitDir } = readGitSource(expansion.value);
  for (const problem of problems) yield placed(file, source, problem);
  const wanted = expandedFlag(step, 'checksum')?.value ?? '';
  if (wanted !== '' && checksum !== undefined && wanted !== checksum)
    yield {
      span: piece.span,
      message: `--checksum is ${shown(wanted)}, and this says ${shown(checksum)}.`,
    };
  const keeps = keepsGitDir(step);
  if (keeps !== undefined && keepGitDir !== undefined && keeps !== keepGitDir)
    yield { span: piece.span, message: `--keep-git-dir is ${keeps}, and this says ${keepGitDir}.` };
}

/** What the flag says; undefined where it isn't there. */
function keepsGitDir({ instruction }: Step): boolean | undefined {
  const flag = instruction.flags.findLast(({ name }) => name === 'keep-git-dir');
  return flag && flag.value?.text.toLowerCase() !== 'false';
}

/** A problem where it is in the text, or at the whole source when variables or escapes stand in it. */
function placed(
  { tree }: Dockerfile,
  { piece: { span }, expansion }: Expanded,
  { message, from, to, meant }: GitProblem,
): Finding {
  const at = tree.source.slice(span.start, span.end).indexOf(expansion.value);
  if (at < 0) return { span, message };
  const place = { start: span.start + at + from, end: span.start + at + to };
  return {
    span: place,
    message,
    ...(meant === undefined ? {} : { fixes: [replace(`Change to ${meant}`, place, meant)] }),
  };
}
