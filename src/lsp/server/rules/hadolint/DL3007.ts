import type { Rule } from '../rule.ts';
import { imageParts } from './imageParts.ts';
import { dropQuotes, innerSpan } from './words.ts';

export const DL3007: Rule = {
  id: 'DL3007',
  severity: 'warning',
  title: 'The base image is the latest one',
  why: '`latest` is another image each time that a new version comes out: the same file then builds something else, or nothing. Name the version that you build on.',
  examples: [{ bad: 'FROM debian:latest\n', good: 'FROM debian:12-slim\n' }],
  *check(file) {
    for (const { image } of file.tree.stages) {
      const { tag, digest } = imageParts(dropQuotes(image?.text ?? ''));
      if (!image || tag !== 'latest' || digest !== undefined) continue;
      const inner = innerSpan(image);
      yield {
        span: { start: Math.max(inner.start, inner.end - 'latest'.length), end: inner.end },
        message: 'The tag latest moves on with each version: name the version that you build on.',
      };
    }
  },
};
