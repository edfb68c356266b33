import type { Rule } from '../rule.ts';
import { digestProblem } from './support/reference.ts';
import { isGit, isHttp } from './support/sources.ts';
import { expandedFlag, stepsOf } from './support/steps.ts';

/** ADD --checksum of what can't be checked, or with something that is no digest. */
export const invalidChecksum: Rule = {
  id: 'build-error/invalid-checksum',
  severity: 'error',
  title: '--checksum takes the digest of one remote source',
  why: 'For a file it is a digest such as `sha256:` and 64 hexadecimal digits, for a Git repository a commit. Local sources have none.',
  examples: [
    {
      bad: 'FROM alpine:3\nADD --checksum=sha256:24454f83 https://example.com/a.tgz /\n',
      good: 'FROM alpine:3\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tgz /\n',
    },
    {
      bad: 'FROM alpine:3\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d a.tgz /\n',
      good: 'FROM alpine:3\nADD a.tgz /\n',
    },
  ],
  check: function* check(file) {
    for (const { step } of stepsOf(file, 'ADD')) {
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
      if (isGit(source)) continue;
      const message = isHttp(source)
        ? digestProblem(found.value)
        : '--checksum is for sources from the web and from Git.';
      if (message !== undefined) yield { span, message };
    }
  },
};
