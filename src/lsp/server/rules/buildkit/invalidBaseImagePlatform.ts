import type { Dockerfile } from '../../model/dockerfile.ts';
import { createScopes } from '../../model/scopes.ts';
import type { Finding, KnownImages, Rule } from '../rule.ts';
import { parsePlatform } from '../../model/platform.ts';
import { at } from './support.ts';

export const invalidBaseImagePlatform: Rule = {
  id: 'InvalidBaseImagePlatform',
  severity: 'warning',
  fileWide: true,
  title: 'The base image should be of the platform that is built for',
  why: 'The builder takes an image for another platform when a registry or the local store gives one, and the build fails when the first program runs, or goes on in slow emulation. The editor reports it of an image that the engine has for other platforms only, when its registry has none for the wanted one either. `stevedore-check` asks nobody about images, so it never reports this.',
  examples: [
    {
      bad: 'FROM --platform=linux/arm64 registry.test/amd-only AS build-arm64\n',
      good: 'FROM --platform=linux/arm64 registry.test/both AS build-arm64\n',
      platforms: { 'registry.test/amd-only': 'linux/amd64', 'registry.test/both': 'linux/arm64' },
    },
  ],
  check: () => [],
  checkImages,
};

async function checkImages(file: Dockerfile, images: KnownImages): Promise<Finding[]> {
  const builder = await images.platform();
  const architecture = builder === undefined ? undefined : parsePlatform(builder)?.architecture;
  if (builder === undefined || architecture === undefined) return [];
  // The variables of the platform are the engine's here, which builds for its own.
  const scopes = createScopes(file.tree, file.pairs, builder);
  const found = file.tree.stages.map(async (stage): Promise<Finding[]> => {
    const { image, platform } = scopes.from(stage);
    if (!stage.image || !image || image.error || image.value === '' || image.value === 'scratch')
      return [];
    if (scopes.base(stage) >= 0 || platform?.error) return [];
    const wanted = platform && platform.value !== '' ? platform.value : builder;
    const expected = parsePlatform(wanted, architecture);
    if (!expected) return [];
    const isWanted = (text: string) => {
      const actual = parsePlatform(text, architecture);
      return actual?.os === expected.os && actual.architecture === expected.architecture;
    };
    const actual = (await images.local(image.value))?.platforms ?? [];
    const [first] = actual;
    if (first === undefined || !parsePlatform(first) || actual.some(isWanted)) return [];
    // The builder goes on to the registry then.
    const others = (await images.remote(image.value))?.platforms ?? [];
    if (others.some(isWanted)) return [];
    return [
      at(stage.from, {
        span: stage.image,
        message: `${image.value} is for ${first}, and ${wanted} is wanted.`,
      }),
    ];
  });
  return (await Promise.all(found)).flat();
}
