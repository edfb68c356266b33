import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { splitList } from './words.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The platforms of a build: what it says, or those of DOCKER_DEFAULT_PLATFORM, as docker has it
 * (docs.docker.com/reference/cli/docker). `local` is the engine's own.
 * @returns undefined where nothing is to be said, for the engine's own
 */
export function platformsOn(
  { os, arch }: Pick<Client['engine'], 'os' | 'arch'>,
  asked: readonly string[],
  env: Environment,
): readonly string[] | undefined {
  const platforms = asked.length > 0 ? asked : splitList(env['DOCKER_DEFAULT_PLATFORM'] ?? '');
  if (platforms.every((platform) => platform === 'local')) return undefined;
  const own = (platform: string) => (platform === 'local' ? `${os}/${arch}` : platform);
  return [...new Set(platforms.map(own))];
}

/**
 * The platform that images are pulled and run for, where DOCKER_DEFAULT_PLATFORM names one.
 * @throws EngineError `bad-request` where it names several
 */
export function defaultPlatform(
  engine: Pick<Client['engine'], 'os' | 'arch'>,
  env: Environment,
): string | undefined {
  const [platform, ...others] = platformsOn(engine, [], env) ?? [];
  if (others.length === 0) return platform;
  throw new EngineError(
    'bad-request',
    `DOCKER_DEFAULT_PLATFORM names several platforms (${[platform, ...others].join(', ')}), and an image is pulled and run for one: set it to that, or unset it.`,
  );
}
