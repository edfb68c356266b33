import { createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { unlessAbsent } from '../../util/absent.ts';
import { fsPath, nameOf, readable, sortNames } from '../buildkit/files/names.ts';
import { EngineError } from '../errors.ts';
import { filesError } from '../files.ts';
import { putEntries } from './archive.ts';
import { newHeader } from '../tar/pack.ts';
import type { Sent } from '../tar/pack.ts';
import { ownHead, writeFile } from './changing.ts';
import type { Spot } from './copying.ts';
import { inMemory } from './place.ts';

/** Told the bytes that have gone over so far. */
export type Progress = (bytes: number) => void;

/**
 * Sends a file or directory of this machine to a path in a place. It belongs to whom the directory that it comes to belongs, and
 * keeps its mode and time. A file comes whole or not at all, and takes the place of one that is there, over links too, whose owner
 * and mode it gets then; a directory's files come one after the other. Links in it stay links; `from` itself is followed.
 * @returns paths that could not be sent: sockets, pipes, devices
 */
export async function uploadFrom(
  from: string,
  to: Spot,
  onProgress: Progress = () => {},
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { place, path } = to;
  const left: string[] = [];
  let bytes = 0;
  /** What a file had when it was looked at: what it has grown by since was not announced. */
  async function* read(file: string, size: number): AsyncGenerator<Buffer> {
    if (size === 0) return;
    let sent = 0;
    try {
      const content = createReadStream(fsPath(file), { end: size - 1 });
      for await (const piece of content as AsyncIterable<Buffer>) {
        yield piece;
        sent += piece.length;
        onProgress((bytes += piece.length));
      }
    } catch (error) {
      throw filesError(error, `“${readable(file)}” could not be sent`, signal);
    }
    if (sent < size)
      throw new EngineError('conflict', `“${readable(file)}” changed while it was sent.`);
  }
  try {
    const top = await stat(from);
    if (top.isFile()) {
      await writeFile(
        place,
        path,
        { size: top.size, ...modeAndTime(top), bytes: () => read(from, top.size) },
        signal,
      );
      return [];
    }
    if (place.fixed !== undefined) throw new EngineError('forbidden', place.fixed);
    if (inMemory(place, path))
      throw new EngineError(
        'not-supported',
        'Only single files can be sent to where files are in memory.',
      );
    const directory = posix.dirname(path);
    const { uid, gid } = await ownHead(place, directory, signal);
    await putEntries(
      place.client,
      place.id,
      directory,
      walk(from, top, posix.basename(path), { uid, gid }, read, left),
      signal,
    );
    return left;
  } catch (error) {
    throw filesError(error, `“${from}” could not be sent`, signal);
  }
}

// Windows has no such modes, and its folders could not be entered with what is told for them.
const modeAndTime = ({ mode, mtimeMs }: Stats) => ({
  mode: process.platform === 'win32' ? 0o755 : mode & 0o777,
  mtime: Math.floor(mtimeMs),
});

async function* walk(
  file: string,
  stats: Stats,
  name: string,
  owner: { readonly uid: number; readonly gid: number },
  read: (file: string, size: number) => AsyncIterable<Buffer>,
  left: string[],
): AsyncGenerator<Sent> {
  const common = { name, ...owner, ...modeAndTime(stats) };
  if (stats.isDirectory()) {
    yield { header: newHeader({ ...common, type: 'directory' }) };
    const children = await readdir(fsPath(file), { encoding: 'buffer' });
    for (const child of sortNames(children.map(nameOf))) {
      const below = join(file, child);
      const found = await lstat(fsPath(below)).catch(unlessAbsent);
      if (found) yield* walk(below, found, `${name}/${child}`, owner, read, left);
    }
  } else if (stats.isSymbolicLink()) {
    const linkname = nameOf(await readlink(fsPath(file), { encoding: 'buffer' }));
    yield { header: newHeader({ ...common, type: 'symlink', linkname }) };
  } else if (stats.isFile())
    yield { header: newHeader({ ...common, size: stats.size }), content: read(file, stats.size) };
  else left.push(readable(file));
}
