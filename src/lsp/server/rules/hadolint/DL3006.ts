import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Stage } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { imageParts } from './imageParts.ts';
import { dropQuotes } from './words.ts';

/** A variable before a slash that is a registry when nothing else is given. */
const REGISTRY = /^\$\{\w+:?-[^{}/]*\.[^{}/]*\}\//;

export const DL3006: Rule = {
  id: 'DL3006',
  severity: 'warning',
  title: 'The base image has no tag',
  why: 'Without a tag the image is `latest`, which is another one each time that a new version comes out: the same file then builds something else, or nothing. Name the version that you build on.',
  examples: [{ bad: 'FROM debian\n', good: 'FROM debian:12-slim\n' }],
  *check(file) {
    for (const stage of file.tree.stages) {
      if (!stage.image || stage.base >= 0) continue;
      const text = dropQuotes(stage.image.text);
      // hadolint takes what stands for a whole name for one that has its tag.
      const name = imageParts(text).name.replace(REGISTRY, '');
      if (text === '' || name.startsWith('$') || isPinned(text)) continue;
      if (text.includes('$') && !isUnpinnedImage(file, stage)) continue;
      yield {
        span: stage.image,
        message: `${text} is whatever its newest version is on the day of the build: add a tag.`,
      };
    }
  },
};

function isPinned(reference: string): boolean {
  const { name, tag, digest, registry } = imageParts(reference);
  const isScratch = name === 'scratch' && registry === undefined;
  return tag !== undefined || digest !== undefined || isScratch;
}

/** Whether a name with variables in it is known to be an image, not a stage, and to have no tag. */
function isUnpinnedImage(file: Dockerfile, stage: Stage): boolean {
  const image = file.scopes().from(stage).image;
  const isKnown = image !== undefined && !image.error && image.value !== '';
  return isKnown && file.baseOf(stage) === undefined && !isPinned(image.value);
}
