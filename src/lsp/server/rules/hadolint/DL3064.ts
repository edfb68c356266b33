import { SECRET_NAMES, SECRET_PARTS } from '../../data/secretNames.ts';
import type { Rule } from '../rule.ts';

export const DL3064: Rule = {
  id: 'DL3064',
  same: 'SecretsUsedInArgOrEnv',
  severity: 'warning',
  title: 'A variable seems to hold a secret',
  why: 'What `ARG` and `ENV` hold can be read in the image’s history and configuration by everyone who has the image. Give secrets to the step that needs them with `RUN --mount=type=secret`, and to containers when they start.',
  examples: [
    {
      bad: 'FROM node:22\nARG NPM_TOKEN\nRUN npm ci\n',
      good: 'FROM node:22\nRUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci\n',
    },
    { bad: 'ARG GITHUB_TOKEN\nFROM node:22\n', good: 'ARG VERSION\nFROM node:22\n' },
  ],
  *check(file) {
    for (const instruction of file.all('ARG', 'ENV')) {
      for (const { key } of file.pairs(instruction)) {
        if (!SECRET_NAMES.has(key.text.toUpperCase()) && !SECRET_PARTS.test(key.text)) continue;
        yield {
          span: key,
          message: `Everyone who has the image can read ${key.text}: mount secrets into the RUN that needs them.`,
        };
      }
    }
  },
};
