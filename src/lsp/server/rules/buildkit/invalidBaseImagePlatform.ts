import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Finding, PlatformOf, Rule } from '../rule.ts';
import { parsePlatform } from '../../model/platform.ts';
import { at } from './support.ts';

export const invalidBaseImagePlatform: Rule = {
  id: 'InvalidBaseImagePlatform',
  severity: 'warning',
  fileWide: true,
  title: 'The base image should be of the platform that is built for',
  why: 'The builder takes an image for another platform when a registry or the local store gives one, and the build fails when the first program runs, or goes on in slow emulation. Only a registry knows the platforms of an image, so nothing is reported offline.',
  examples: [
    {
      bad: 'FROM --platform=linux/arm64 registry.test/amd-only AS build-arm64\n',
      good: 'FROM --platform=linux/arm64 registry.test/both AS build-arm64\n',
      platforms: { 'registry.test/amd-only': 'linux/amd64', 'registry.test/both': 'linux/arm64' },
    },
  ],
  check: () => [],
  checkPlatforms,
};

async function checkPlatforms(file: Dockerfile, platformOf: PlatformOf): Promise<Finding[]> {
  const scopes = file.scopes();
  const found = file.tree.stages.map(async (stage): Promise<Finding[]> => {
    const { image, platform } = scopes.from(stage);
    if (!image || image.error || image.value === 'scratch' || scopes.base(stage) >= 0) return [];
    const wanted = platform && !platform.error ? platform.value : 'linux/amd64';
    const expected = parsePlatform(wanted);
    const actual = await platformOf(image.value, wanted);
    const parsed = actual === undefined ? undefined : parsePlatform(actual);
    if (!expected || !parsed || !stage.image) return [];
    if (expected.os === parsed.os && expected.architecture === parsed.architecture) return [];
    return [
      at(stage.from, {
        span: stage.image,
        message: `${image.value} is for ${actual}, and ${wanted} is wanted.`,
      }),
    ];
  });
  return (await Promise.all(found)).flat();
}
