import type { Rule } from '../rule.ts';

/** A file that has no FROM and nothing that would stand in its place. */
export const noStage: Rule = {
  id: 'build-error/no-stage',
  severity: 'error',
  title: 'A Dockerfile needs a FROM',
  why: 'A build makes the image of a stage, and a stage begins with `FROM`. A file that is empty, or has comments and `ARG` only, builds nothing.',
  examples: [{ bad: 'ARG VERSION=3\n', good: 'ARG VERSION=3\nFROM alpine:${VERSION}\n' }],
  check: ({ tree }) => {
    const { instructions, stages } = tree;
    if (stages.length > 0 || instructions.some(({ name }) => name !== 'ARG')) return [];
    const span = instructions.at(-1)?.keyword ?? { start: 0, end: 0 };
    return [{ span, message: 'There is no FROM: this file builds nothing.' }];
  },
};
