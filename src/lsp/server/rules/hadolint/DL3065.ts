import type { Rule } from '../rule.ts';
import { removeFlag } from './removeFlag.ts';
import { dropQuotes } from './words.ts';

export const DL3065: Rule = {
  id: 'DL3065',
  same: 'RedundantTargetPlatform',
  severity: 'warning',
  title: 'FROM asks for the platform that it gets anyway',
  why: 'Without `--platform` a stage is built for the target platform. The flag says nothing.',
  examples: [
    {
      bad: 'FROM --platform=$TARGETPLATFORM debian:12\n',
      good: 'FROM debian:12\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const { from } of file.tree.stages) {
      const flag = from.flags.findLast(({ name }) => name === 'platform');
      if (
        !flag ||
        !/^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(dropQuotes(flag.value?.text ?? ''))
      )
        continue;
      yield {
        span: flag,
        message: 'The target platform is what a stage is built for without this flag.',
        fixes: [removeFlag(from, flag, 'safe')],
        tag: 'unnecessary',
      };
    }
  },
};
