import { hasFlag } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { APK, installWord } from './packages.ts';
import { addWord } from './shellFixes.ts';
import { everyCommand, hasCache, isMounted, reach } from './sites.ts';

export const DL3019: Rule = {
  id: 'DL3019',
  severity: 'info',
  title: 'Use --no-cache with apk add',
  why: `Without \`--no-cache\`, apk leaves its index in \`/var/cache/apk\`, where it makes the layer larger and is old by
the next build. With it there is no need of \`apk update\` and \`rm\` either. A cache mount at that folder does as well.`,
  examples: [
    {
      bad: 'FROM alpine:3.22\nRUN apk add curl~8.14\n',
      good: 'FROM alpine:3.22\nRUN apk add --no-cache curl~8.14\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.22\nRUN ["apk", "add", "curl~8.14"]\n',
      good: 'FROM alpine:3.22\nRUN ["apk", "add", "--no-cache", "curl~8.14"]\n',
      fixed: true,
    },
  ],
  check: everyCommand(APK.programs, (command, site) => {
    const word = installWord(command, APK);
    if (!word || hasFlag(command, 'no-cache') || isMounted(site, '/var/cache/apk'))
      return undefined;
    return {
      span: reach(command, word, site),
      message: 'The index that this downloads stays in the image. Add --no-cache.',
      fixes: addWord(site, command, word, '--no-cache', hasCache(site) ? 'unsafe' : 'safe'),
    };
  }),
};
