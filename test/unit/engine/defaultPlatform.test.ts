import { expect, test } from 'vitest';
import { defaultPlatform, platformsOn } from '../../../src/engine/defaultPlatform.ts';

const engine = {
  name: 'Docker Engine',
  version: '28',
  os: 'linux',
  arch: 'amd64',
  podman: undefined,
};
const env = (platforms?: string) => ({ DOCKER_DEFAULT_PLATFORM: platforms });

test.each([
  [undefined, undefined],
  ['', undefined],
  ['local', undefined],
  [' linux/arm64 ', 'linux/arm64'],
  ['linux/arm64', 'linux/arm64'],
])('what is pulled and run is for DOCKER_DEFAULT_PLATFORM=%j', (set, platform) => {
  expect(defaultPlatform(engine, env(set))).toBe(platform);
});

test('one image is not pulled for several platforms', () => {
  expect(() => defaultPlatform(engine, env('linux/arm64,local'))).toThrow(
    'DOCKER_DEFAULT_PLATFORM names several platforms (linux/arm64, linux/amd64), and an image is pulled and run for one: set it to that, or unset it.',
  );
});

test('a build may be for several, and what it says counts', () => {
  const set = env('linux/arm64,local');
  expect(platformsOn(engine, [], set)).toEqual(['linux/arm64', 'linux/amd64']);
  expect(platformsOn(engine, ['local'], set)).toBeUndefined();
  expect(platformsOn(engine, ['local', 'linux/s390x'], set)).toEqual([
    'linux/amd64',
    'linux/s390x',
  ]);
});
