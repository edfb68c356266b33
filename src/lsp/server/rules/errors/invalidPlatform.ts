import type { Rule } from '../rule.ts';
import { platformProblem } from './support/platform.ts';

/** FROM --platform with something that is no platform. */
export const invalidPlatform: Rule = {
  id: 'build-error/invalid-platform',
  severity: 'error',
  title: '--platform takes a platform',
  why: 'A platform is an operating system and an architecture, as in `linux/arm64` or `linux/arm/v7`, or just one of the two. `$BUILDPLATFORM` and `$TARGETPLATFORM` are those of the build; other variables must be set by an `ARG` before the first `FROM`.',
  examples: [
    {
      bad: 'FROM --platform=$BUILDPLATFROM alpine:3\n',
      good: 'FROM --platform=$BUILDPLATFORM alpine:3\n',
    },
    {
      bad: 'FROM --platform=linux-arm64 alpine:3\n',
      good: 'FROM --platform=linux/arm64 alpine:3\n',
    },
  ],
  check: (file) =>
    file.tree.stages.flatMap((stage) => {
      const flag = stage.from.flags.findLast(({ name }) => name === 'platform')?.value;
      const { platform, platformText } = file.scopes().from(stage);
      if (!flag || !platformText || !platform || platform.error) return [];
      const message = platformProblem(platform.value);
      return message === undefined ? [] : [{ span: flag, message }];
    }),
};
