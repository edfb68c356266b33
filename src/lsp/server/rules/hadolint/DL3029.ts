import type { Rule } from '../rule.ts';
import { removeFlag } from './removeFlag.ts';
import { dropQuotes } from './words.ts';

export const DL3029: Rule = {
  id: 'DL3029',
  same: 'FromPlatformFlagConstDisallowed',
  severity: 'warning',
  title: 'FROM fixes the platform',
  why: 'With a platform written down, an image is built for that one only and runs slowly, or not at all, on others. Leave the platform to the build (`docker build --platform`), or use `$BUILDPLATFORM` and `$TARGETPLATFORM`.',
  examples: [
    {
      bad: 'FROM --platform=linux/amd64 debian:12\n',
      good: 'FROM debian:12\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const { from } of file.tree.stages) {
      const flag = from.flags.findLast(({ name }) => name === 'platform');
      const platform = dropQuotes(flag?.value?.text ?? '');
      if (!flag || platform === '' || /(?:BUILD|TARGET)PLATFORM/.test(platform)) continue;
      yield {
        span: flag,
        message: `The stage is built for ${platform} whatever platform the build is for.`,
        fixes: [removeFlag(from, flag, 'unsafe')],
      };
    }
  },
};
