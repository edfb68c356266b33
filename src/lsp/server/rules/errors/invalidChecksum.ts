import type { Dockerfile } from '../../model/dockerfile.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
import { digestProblem } from './support/reference.ts';
import { isGit, isGithubPath, isHttp } from './support/sources.ts';
import { expandedFlag, stepsOf } from './support/steps.ts';

/** ADD --checksum of what can't be checked, or with something that is no digest. */
export const invalidChecksum: Rule = {
  id: 'build-error/invalid-checksum',
  severity: 'error',
  title: '--checksum takes the digest of one remote source',
  why: 'For a file it is a digest such as `sha256:` and 64 hexadecimal digits, for a Git repository a commit or the first digits of one. Local sources have none.',
  examples: [
    {
      bad: 'FROM alpine:3\nADD --checksum=sha256:24454f83 https://example.com/a.tgz /\n',
      good: 'FROM alpine:3\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tgz /\n',
    },
    {
      bad: 'FROM alpine:3\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d a.tgz /\n',
      good: 'FROM alpine:3\nADD a.tgz /\n',
    },
    {
      bad: 'FROM alpine:3\nADD --checksum=v1.2 https://example.com/app.git#v1.2 /\n',
      good: 'FROM alpine:3\nADD --checksum=24454f8 https://example.com/app.git#v1.2 /\n',
    },
  ],
  check: unchecked,
  checkImages: (file, images) => withdrawUnset(file, images, unchecked(file)),
};

function* unchecked(file: Dockerfile): Generator<Finding> {
  for (const step of stepsOf(file, 'ADD')) {
    const found = expandedFlag(step, 'checksum');
    if (!found || found.value === '') continue;
    const span = found.flag.value ?? found.flag;
    const sources = step.expanded.filter(({ piece }) => piece.role === 'source');
    const [first, second] = sources;
    if (!first || second) {
      yield { span: found.flag, message: '--checksum needs exactly one source that is a URL.' };
      continue;
    }
    const source = first.expansion.value;
    if (isGithubPath(source)) continue;
    const message = isGit(source)
      ? commitProblem(found.value)
      : isHttp(source)
        ? digestProblem(found.value)
        : '--checksum is for sources from the web and from Git.';
    if (message !== undefined) yield { span, message };
  }
}

/** Why a text is no commit of a repository, nor the beginning of one. */
function commitProblem(text: string): string | undefined {
  return /^[\da-f]{1,64}$/i.test(text)
    ? undefined
    : 'The checksum of a Git source is a commit: hexadecimal digits only.';
}
