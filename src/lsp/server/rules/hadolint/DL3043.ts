import type { Rule } from '../rule.ts';

const REFUSED: ReadonlySet<string> = new Set(['FROM', 'MAINTAINER', 'ONBUILD']);

export const DL3043: Rule = {
  id: 'DL3043',
  same: 'build-error/invalid-trigger',
  severity: 'error',
  title: 'ONBUILD triggers what it must not',
  why: 'What `ONBUILD` holds runs in the build of another image, right after its `FROM`. The builder refuses `FROM`, `MAINTAINER` and another `ONBUILD` there.',
  examples: [
    {
      bad: 'FROM node:22\nONBUILD ONBUILD RUN npm ci\n',
      good: 'FROM node:22\nONBUILD RUN npm ci\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const { keyword, trigger } of file.all('ONBUILD')) {
      if (!trigger || !REFUSED.has(trigger.name)) continue;
      const message = `ONBUILD can't trigger ${trigger.name}.`;
      const span = trigger.keyword;
      if (trigger.name !== 'ONBUILD') yield { span, message };
      else {
        const edits = [{ span: { start: keyword.start, end: span.start }, text: '' }];
        yield { span, message, fixes: [{ title: 'Remove one ONBUILD', edits }] };
      }
    }
  },
};
