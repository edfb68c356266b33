import { EngineError } from '../errors.ts';

/** Engines put one failure in many words; these are said in ours, the rest stays as it is. */
const known: readonly (readonly [RegExp, EngineError['reason'], (path: string) => string])[] = [
  [
    /no such container|no container with/i,
    'not-found',
    () => 'The container is not there any more.',
  ],
  [
    /no space left|disk quota exceeded/i,
    'server',
    (path) => `“${path}”: no space is left on the disk.`,
  ],
  [
    /marked read-only|read-only file system/i,
    'forbidden',
    (path) => `“${path}” is on a file system that is read-only.`,
  ],
  [
    /device or resource busy/i,
    'conflict',
    (path) =>
      `“${path}” is mounted by itself: only a running container’s programs could change it.`,
  ],
  [/file name too long/i, 'bad-request', (path) => `“${path}” has a name that is too long.`],
  [
    /could not find the file|no such file or directory|does not offer .*archive|could not be found in container/i,
    'not-found',
    (path) => `There is no “${path}”.`,
  ],
  [/not a directory/i, 'not-found', (path) => `“${path}”: a part of its path is not a directory.`],
];

/** An engine's error about a path in words of ours, as far as they are known; anything else stays what it is. */
export function inWords(error: unknown, path: string): unknown {
  if (!(error instanceof EngineError)) return error;
  // Ours are in our words already, but for what a program in the container said.
  if (error.status === undefined && !/^\w+ failed: /.test(error.message)) return error;
  const found = known.find(([pattern]) => pattern.test(error.message));
  if (!found) return error;
  const [, reason, words] = found;
  return new EngineError(reason, words(path.length > 200 ? `${path.slice(0, 200)}…` : path), {
    ...(error.status === undefined ? {} : { status: error.status }),
    cause: error,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  });
}

/** Whether the container itself is not there any more. */
export const isGone = (error: unknown): boolean =>
  error instanceof EngineError && /no such container|no container with/i.test(error.message);
