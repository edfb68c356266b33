import { argument } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { leftover } from './leftovers.ts';
import { everyRunOf, isShipped } from './sites.ts';

export const DL3060: Rule = {
  id: 'DL3060',
  severity: 'info',
  title: 'Run yarn cache clean after yarn install',
  why: `yarn keeps every package that it downloads in a cache, which stays in the layer unless the same \`RUN\` cleans
it or a cache is mounted there. Stages whose layers nobody gets are left alone.`,
  examples: [
    {
      bad: 'FROM node:22\nRUN yarn install --frozen-lockfile\n',
      good: 'FROM node:22\nRUN yarn install --frozen-lockfile && yarn cache clean\n',
      fixed: true,
    },
    {
      bad: 'FROM node:22\nRUN yarn install\n',
      good: 'FROM node:22\nRUN --mount=type=cache,target=/root/.cache/yarn yarn install\n',
    },
  ],
  check: everyRunOf(['yarn'], (site) =>
    isShipped(site.file)(site.run)
      ? leftover(site, {
          cause: (command) => (command.name === 'yarn' ? argument(command, 'install') : undefined),
          cure: (command) =>
            command.name === 'yarn' && argument(command, 'cache', 'clean') !== undefined,
          folders: ['.cache/yarn'],
          message:
            'What yarn downloads stays in the image. Run `yarn cache clean` in the same RUN.',
          append: 'yarn cache clean',
          safety: 'safe',
        })
      : [],
  ),
};
