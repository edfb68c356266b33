import { basename, join } from 'node:path';
import { parseDockerignore } from '../../../util/dockerignore.ts';
import type { IgnoreFile } from '../../../util/dockerignore.ts';
import { readIfThere } from './paths.ts';

interface FoundIgnoreFile {
  /** Absolute. */
  readonly path: string;
  /** What it is called in messages. */
  readonly name: string;
  readonly text: string;
  readonly patterns: IgnoreFile;
}

/** A file's text where an editor holds a newer one than the disk does. */
export type Overlay = (path: string) => string | undefined;

/**
 * The ignore file of a build: `<Dockerfile>.dockerignore` beside the Dockerfile, else the context's `.dockerignore`;
 * undefined when neither is there. Throws what reading throws when one is there and can't be read.
 */
export async function findIgnoreFile(
  root: string,
  dockerfile: string | undefined,
  overlay: Overlay = () => undefined,
): Promise<FoundIgnoreFile | undefined> {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
  for (const path of [...own, join(root, '.dockerignore')]) {
    const text = overlay(path) ?? (await readIfThere(path));
    if (text !== undefined)
      return { path, name: basename(path), text, patterns: parseDockerignore(text) };
  }
  return undefined;
}
