import type { Rule } from '../rule.ts';
import { replace } from '../edits.ts';

const FORBIDDEN = new Set(['FROM', 'MAINTAINER', 'ONBUILD']);

/** ONBUILD with an instruction that can't be a trigger. */
export const invalidTrigger: Rule = {
  id: 'build-error/invalid-trigger',
  severity: 'error',
  title: 'ONBUILD triggers neither ONBUILD, FROM nor MAINTAINER',
  why: 'A trigger runs right after the `FROM` of a build that uses the image. It can’t set another trigger, begin a stage or name an author.',
  examples: [
    {
      bad: 'FROM alpine:3\nONBUILD ONBUILD RUN make\n',
      good: 'FROM alpine:3\nONBUILD RUN make\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3\nONBUILD FROM debian:12\n',
      good: 'FROM debian:12\n',
    },
  ],
  check: ({ tree }) =>
    tree.instructions.flatMap(({ trigger }) => {
      if (!trigger || !FORBIDDEN.has(trigger.name)) return [];
      const { keyword, name, args, logical } = trigger;
      const message = `${name} can’t be triggered by ONBUILD.`;
      if (name !== 'ONBUILD' || args.from === args.to) return [{ span: keyword, message }];
      const gap = /^[ \t]*/.exec(logical.text.slice(keyword.to))?.[0].length ?? 0;
      const span = { start: keyword.start, end: keyword.end + gap };
      return [{ span: keyword, message, fixes: [replace('Remove the second ONBUILD', span, '')] }];
    }),
};
