import type { Stats } from 'node:fs';
import { open, realpath, stat, writeFile } from 'node:fs/promises';
import { throughDraft } from '../../../util/draft.ts';

/** Why no other file may take a file's place: its folder takes none, its owner can't be kept, or it is mounted by itself. */
const NO_PLACE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY']);

/**
 * Gives a file another text, by a draft beside it that takes its place: whatever fails, it holds all of the old text or
 * all of the new one. Its owner and rights stay, and links to it. One whose place no other file may take is written as it
 * is. Throws what writing throws.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const stats = await stat(target);
  // Another name of it would go on with the old text.
  if (!stats.isFile() || stats.nlink > 1) return writeFile(target, text);
  try {
    await byDraft(target, stats, text);
  } catch (error) {
    if (!NO_PLACE.has((error as NodeJS.ErrnoException).code)) throw error;
    await writeFile(target, text);
  }
}

async function byDraft(target: string, { mode, uid, gid }: Stats, text: string): Promise<void> {
  // A file that must not be written isn't to be replaced either.
  await (await open(target, 'r+')).close();
  await throughDraft(target, async (draft) => {
    const file = await open(draft, 'wx', mode & 0o777);
    try {
      const made = await file.stat();
      if (made.uid !== uid || made.gid !== gid) await file.chown(uid, gid);
      await file.chmod(mode & 0o7777);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}
