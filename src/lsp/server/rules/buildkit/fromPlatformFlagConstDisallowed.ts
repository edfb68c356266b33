import type { Rule } from '../rule.ts';
import { at, nameOf } from './support.ts';
import { parsePlatform } from '../../model/platform.ts';
import { flagWithSpace, platformFlag } from './redundantTargetPlatform.ts';
import { replace } from '../edits.ts';

export const fromPlatformFlagConstDisallowed: Rule = {
  id: 'FromPlatformFlagConstDisallowed',
  same: 'DL3029',
  severity: 'warning',
  title: 'FROM should not fix its platform',
  why: 'A fixed platform builds an image that runs on that platform only, whatever platform the build is asked for. Leave the flag out, or use `$BUILDPLATFORM` for a stage whose tools run during the build. A stage that is meant for one platform says so in its name, such as `build-amd64`.',
  examples: [
    { bad: 'FROM --platform=linux/amd64 alpine\n', good: 'FROM alpine\n', fixed: true },
    {
      bad: 'FROM --platform=linux/arm64 alpine AS build\n',
      good: 'FROM --platform=linux/arm64 alpine AS build-arm64\n',
    },
  ],
  *check(file) {
    const { tree } = file;
    for (const stage of tree.stages) {
      const { image, platform } = file.scopes().from(stage);
      const flag = platformFlag(stage.from);
      if (!flag || !platform || platform.error || image?.error) continue;
      if (platform.references.length > 0) continue;
      const parsed = parsePlatform(platform.value);
      const name = nameOf(stage) ?? '';
      if (!parsed || name.includes(parsed.os) || name.includes(parsed.architecture)) continue;
      yield at(stage.from, {
        span: flag,
        message: `The stage is for ${platform.value} only, whatever platform the build is asked for.`,
        fixes: [
          replace('Remove the flag', flagWithSpace(flag, tree), ''),
          ...(flag.value ? [replace('Use $BUILDPLATFORM', flag.value, '$BUILDPLATFORM')] : []),
        ],
      });
    }
  },
};
