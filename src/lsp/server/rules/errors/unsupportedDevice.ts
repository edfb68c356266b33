import type { Rule } from '../rule.ts';
import { built, readFlag } from './support/steps.ts';
import { replace } from '../edits.ts';

/** RUN --device without the frontend that has it. */
export const unsupportedDevice: Rule = {
  id: 'build-error/unsupported-device',
  severity: 'error',
  title: 'RUN --device needs the labs frontend',
  why: 'Devices are an experiment of BuildKit: only the frontends whose version ends in `-labs` have them. `# syntax=docker/dockerfile:1-labs` in the first line chooses one.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --device=vendor.com/gpu=all ./train\n',
      good: '# syntax=docker/dockerfile:1-labs\nFROM alpine:3\nRUN --device=vendor.com/gpu=all ./train\n',
      fixed: true,
    },
  ],
  check: (file) => {
    const syntax = file.tree.directives.find(({ name }) => name === 'syntax');
    if (syntax?.value.includes('labs')) return [];
    const start = file.tree.source.startsWith('\uFEFF') ? 1 : 0;
    const choose = syntax
      ? replace('Choose the labs frontend', syntax.valueSpan, 'docker/dockerfile:1-labs')
      : replace(
          'Choose the labs frontend',
          { start, end: start },
          '# syntax=docker/dockerfile:1-labs\n',
        );
    const shebang = !syntax && file.tree.source.startsWith('#!', start);
    return built(file, 'RUN').flatMap(({ flags }) =>
      flags
        .filter((flag) => readFlag(flag).name === 'device')
        .map((flag) => ({
          span: flag,
          message: '--device works in labs frontends only: # syntax=docker/dockerfile:1-labs.',
          fixes: shebang ? [] : [choose],
        })),
    );
  },
};
