import { chmod, link, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { throughDraft } from '../../util/draft.ts';
import { fsPath, readable } from '../buildkit/files/names.ts';
import { filesError } from '../files.ts';
import { openArchive } from './archive.ts';
import { readFile } from './changing.ts';
import type { Spot } from './copying.ts';
import { follow, inMemory } from './place.ts';
import { readTar } from '../tar/reader.ts';
import type { Progress } from './upload.ts';

/**
 * Brings a file or directory to a path on this machine, which must not exist, through a draft beside it, so that it is there
 * whole or not at all. Nothing is ever written outside of it, whatever the archive says: directories are those that were made
 * here, and links are made last. Owners are not kept, for they mean nothing here.
 * @returns paths that could not be brought: devices, and names that this machine does not take
 */
export async function downloadTo(
  from: Spot,
  to: string,
  onProgress: Progress = () => {},
  signal?: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await throughDraft(to, (draft) => fetchTo(from, draft, onProgress, signal));
  } catch (error) {
    throw filesError(error, `“${basename(to)}” could not be written`, signal);
  }
}

async function fetchTo(
  from: Spot,
  to: string,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<string[]> {
  const { place } = from;
  const { path } = inMemory(place, from.path) ? from : await follow(place, from.path, signal);
  let bytes = 0;
  const save = async (content: AsyncIterable<Buffer>, file: string) => {
    // Nothing has been read of what cannot be opened: it can be passed over.
    const opened = await open(fsPath(file), 'wx');
    await pipeline(
      Readable.from(counted(content), { objectMode: false }),
      opened.createWriteStream(),
    );
  };
  async function* counted(content: AsyncIterable<Buffer>) {
    for await (const piece of content) {
      yield piece;
      onProgress((bytes += piece.length));
    }
  }
  if (inMemory(place, path)) {
    const { content } = await readFile(place, path, signal);
    await save(content, to);
    return [];
  }
  return unpack(await openArchive(place.client, place.id, path, signal), to, save);
}

/** Unpacks an archive to a path, by `save` for its files. Resolves with what could not be brought. */
async function unpack(
  archive: AsyncIterable<Buffer>,
  to: string,
  save: (content: AsyncIterable<Buffer>, file: string) => Promise<void>,
): Promise<string[]> {
  const left: string[] = [];
  const made = new Set<string>();
  const saved = new Map<string, string>();
  const links: { name: string; make: () => Promise<void> }[] = [];
  const times: { file: string; mode: number; mtime: number }[] = [];
  let top: string | undefined;
  for await (const { header, content } of readTar(archive)) {
    const { name, type, mode, mtime, linkname } = header;
    const first = top === undefined;
    top ??= name;
    const below = name.slice(top === '/' ? 1 : top.length + 1);
    const parts = first ? [] : below.split('/');
    const file = join(to, ...parts);
    if (!parts.every(isPlain) || (!first && !made.has(dirname(file)))) {
      left.push(readable(name));
      continue;
    }
    const twin = saved.get(linkname);
    try {
      if (type === 'directory') {
        await mkdir(fsPath(file));
        made.add(file);
        times.push({ file, mode, mtime });
      } else if (type === 'file') {
        await save(content, file);
        saved.set(name, file);
        times.push({ file, mode, mtime });
      } else if (type === 'symlink')
        links.push({ name, make: () => symlink(fsPath(linkname), fsPath(file)) });
      else if (type === 'link' && twin !== undefined)
        links.push({ name, make: () => nameAgain(twin, file) });
      else left.push(readable(name));
    } catch (error) {
      if (first || !isRefused(error)) throw error;
      left.push(readable(name));
    }
  }
  for (const { name, make } of links) {
    try {
      await make();
    } catch {
      left.push(readable(name));
    }
  }
  for (const { file, mode, mtime } of times.reverse()) {
    // What is not for others to run or write stays so; setuid and the like mean nothing here.
    await chmod(fsPath(file), (mode & 0o777) | 0o600);
    await utimes(fsPath(file), mtime / 1000, mtime / 1000);
  }
  return left;
}

/** Gives a file a second name, or a link that stands for it on a disk without such. */
const nameAgain = (file: string, name: string): Promise<void> =>
  link(fsPath(file), fsPath(name)).catch(() =>
    symlink(fsPath(relative(dirname(name), file)), fsPath(name)),
  );

/** Codes of names that this machine does not take, or takes for one that is there: not every disk tells small letters from capitals. */
const REFUSED = new Set(['EEXIST', 'EILSEQ', 'EINVAL', 'ENAMETOOLONG']);

const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && REFUSED.has(String(error.code));

/** Whether a name is one, on any machine: no way up, no separator of another system. */
function isPlain(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.includes('\0')) return false;
  return process.platform !== 'win32' || !/[\\:*?"<>|]/.test(name);
}
