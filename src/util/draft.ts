import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A name that nothing has, and that nobody can guess, for what is there for a moment only. By the global `crypto`, which Node
 * loads when it is first used.
 */
export const draftName = (): string => `.stevedore-${crypto.randomUUID().slice(0, 13)}`;

/**
 * Puts a file or directory in its place once it is whole: whatever fails, there is all of what was there before or all of what is
 * new, and nothing beside it.
 * @param make makes it at a path beside that place, which nothing has
 * @returns what `make` resolves with
 * @throws what `make` throws, or why it could not be put there
 */
export async function throughDraft<T>(
  path: string,
  make: (draft: string) => Promise<T>,
): Promise<T> {
  const draft = join(dirname(path), draftName());
  try {
    const made = await make(draft);
    await rename(draft, path);
    return made;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
