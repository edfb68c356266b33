import { parsePlatform } from '../../../model/platform.ts';

/** Why a text names no platform (containerd/platforms, Parse); undefined when it does. */
export function platformProblem(text: string): string | undefined {
  if (text === '') return 'This platform is empty: the variable in it has no value.';
  return parsePlatform(text)
    ? undefined
    : 'This is not a platform; one looks like linux/arm64 or linux/arm/v7.';
}
