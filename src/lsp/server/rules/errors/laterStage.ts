import type { Rule } from '../rule.ts';
import { sourceReferences } from './support/stages.ts';
import { shown } from './support/suggest.ts';

/** Files taken from a stage that comes later. */
export const laterStage: Rule = {
  id: 'build-error/later-stage',
  same: 'DL3022',
  severity: 'error',
  title: 'A stage takes files from earlier stages only',
  why: 'Stages are built in the order of the file, so a stage that another takes files from stands before it. Of several stages with one name, the last counts.',
  examples: [
    {
      bad: 'FROM alpine:3\nCOPY --from=build /app /app\nFROM golang:1 AS build\n',
      good: 'FROM golang:1 AS build\nFROM alpine:3\nCOPY --from=build /app /app\n',
    },
  ],
  check: (file) =>
    file
      .once(sourceReferences)
      .flatMap(({ target, word, stage, text, implicit }) =>
        target.kind === 'stage' && target.index > stage.index && (!implicit || isCache(word.text))
          ? [{ span: word, message: `The stage ${shown(text)} comes after this one.` }]
          : [],
      ),
};

/** Whether a mount is a cache: of those without from= the builder makes no other from scratch. */
function isCache(mount: string): boolean {
  return /(?:^|,)type=cache(?:,|$)/i.test(mount);
}
