import type { Rule } from '../rule.ts';
import { isGit, isHttp } from './support/sources.ts';
import { stepsOf } from './support/steps.ts';
import { replace } from '../edits.ts';

/** COPY from the web. */
export const remoteCopySource: Rule = {
  id: 'build-error/remote-copy-source',
  severity: 'error',
  title: 'COPY takes files of the build only',
  why: '`COPY` takes files from the build context, a stage or an image. What comes from the web or a Git repository is fetched by `ADD`, best with `--checksum`.',
  examples: [
    {
      bad: 'FROM alpine:3\nCOPY https://example.com/a.txt /\n',
      good: 'FROM alpine:3\nADD https://example.com/a.txt /\n',
      fixed: true,
    },
  ],
  check: function* check(file) {
    for (const step of stepsOf(file, 'COPY')) {
      const { keyword, flags } = step.instruction;
      for (const { piece, expansion } of step.expanded) {
        if (piece.role !== 'source' || (!isHttp(expansion.value) && !isGit(expansion.value)))
          continue;
        const add = keyword.text === keyword.text.toLowerCase() ? 'add' : 'ADD';
        yield {
          span: piece.span,
          message: 'COPY doesn’t fetch from the web; ADD does.',
          fixes: flags.some(({ name }) => name === 'from' || name === 'parents')
            ? []
            : [replace(`Change to ${add}`, keyword, add)],
        };
      }
    }
  },
};
