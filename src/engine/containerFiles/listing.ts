import { readable } from '../buildkit/files/names.ts';
import { EngineError } from '../errors.ts';
import { createLimiter } from '../limit.ts';
import { openArchive, statPath } from './archive.ts';
import type { FileType } from './archive.ts';
import { listInside } from './inside.ts';
import { inMemory, seen } from './place.ts';
import type { Place } from './place.ts';
import type { TarHeader } from '../tar/header.ts';
import { readTar } from '../tar/reader.ts';

/** One entry of a directory. Its name is what the container says: text, never a part of a path unless it was looked at. */
export interface Entry {
  readonly name: string;
  readonly type: FileType;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Of a link: its text. */
  readonly link: string | undefined;
  /** Of a link: what it leads to in the end; undefined when it leads nowhere. */
  readonly leadsTo: FileType | undefined;
}

/** The entries of directories, by their paths in the container. */
export type Index = Map<string, readonly Entry[]>;

/**
 * As much of the archive of a directory is read before a program in the container is asked instead, which takes about as long to
 * be started as the engine takes to send a megabyte of small files. Bytes.
 */
const PATIENCE = 1024 * 1024;

/** More entries are not held of one container. */
const MOST_HELD = 200_000;

/** No directory can be listed that has more. */
const MOST_LISTED = 1_000_000;

/**
 * Lists a directory, whose path leads over no link at its end. A stopped container's archive brings all directories below, too,
 * and they are in what is returned.
 * @throws EngineError `not-found`, `bad-request` for what is no directory, `not-supported` where only a program could tell and
 *   the container has none
 */
export async function listDirectory(
  place: Place,
  directory: string,
  signal?: AbortSignal,
): Promise<Index> {
  if (inMemory(place, directory)) {
    const entries = await listInside(place, directory, signal);
    if (entries) return new Map([[directory, entries]]);
    throw new EngineError(
      'not-supported',
      `“${seen(place, directory)}” is in memory, where only programs of the container see it, and it has neither find nor stat.`,
    );
  }
  const brief = await walk(
    place,
    directory,
    place.running ? PATIENCE : Number.POSITIVE_INFINITY,
    signal,
  );
  if (brief) return brief;
  const entries = await listInside(place, directory, signal);
  if (entries) return new Map([[directory, entries]]);
  const whole = await walk(place, directory, Number.POSITIVE_INFINITY, signal);
  return whole ?? new Map();
}

/** Reads the archive of a directory; undefined when it is larger than `most` bytes. */
async function walk(
  place: Place,
  directory: string,
  most: number,
  signal: AbortSignal | undefined,
): Promise<Index | undefined> {
  const stream = await openArchive(place.client, place.id, directory, signal);
  const read = { bytes: 0 };
  const folders = new Map<string, Entry[]>([[directory, []]]);
  const sizes = new Map<string, number>();
  let top: string | undefined;
  let held = 0;
  for await (const { header } of readTar(counted(stream, read))) {
    if (read.bytes > most) return undefined;
    if (top === undefined) {
      if (header.type !== 'directory')
        throw new EngineError('bad-request', `“${seen(place, directory)}” is not a directory.`);
      top = header.name;
      continue;
    }
    const below = belowOf(readable(header.name), top);
    if (below === undefined) continue;
    const cut = below.lastIndexOf('/');
    const parent = cut < 0 ? directory : join(directory, below.slice(0, cut));
    // What others change is asked for when it is looked at.
    if (place.changing && cut >= 0) continue;
    if (header.type === 'file') sizes.set(header.name, header.size);
    const entry = toEntry(header, below.slice(cut + 1), sizes);
    const siblings = folders.get(parent);
    if (cut < 0 ? held < MOST_LISTED : held < MOST_HELD) held += 1;
    else if (cut >= 0) continue;
    else
      throw new EngineError('not-supported', `“${seen(place, directory)}” has too many entries.`);
    if (siblings) siblings.push(entry);
    else folders.set(parent, [entry]);
    if (header.type === 'directory') folders.set(join(parent, entry.name), []);
  }
  if (held >= MOST_HELD)
    for (const path of folders.keys()) if (path !== directory) folders.delete(path);
  return new Map(
    [...folders].map(([path, entries]): [string, readonly Entry[]] => [
      path,
      withSiblings(entries),
    ]),
  );
}

async function* counted(stream: AsyncIterable<Buffer>, read: { bytes: number }) {
  for await (const chunk of stream) {
    read.bytes += chunk.length;
    yield chunk;
  }
}

const join = (folder: string, name: string) => (folder === '/' ? `/${name}` : `${folder}/${name}`);

/** A name in an archive as a path below its first entry; undefined for one that is not below it. */
function belowOf(name: string, top: string): string | undefined {
  const prefix = top === '/' || top.endsWith('/') ? top : `${top}/`;
  if (!name.startsWith(prefix)) return undefined;
  const below = name.slice(prefix.length);
  return below && !below.split('/').some((part) => part === '' || part === '.' || part === '..')
    ? below
    : undefined;
}

function toEntry(header: TarHeader, name: string, sizes: ReadonlyMap<string, number>): Entry {
  const { type, mode, uid, gid, mtime, linkname } = header;
  // What has two names comes with its content under the first one only.
  const size = type === 'link' ? (sizes.get(linkname) ?? 0) : type === 'file' ? header.size : 0;
  return {
    name,
    type: type === 'link' ? 'file' : type,
    size,
    mode,
    uid,
    gid,
    mtime,
    link: type === 'symlink' ? readable(linkname) : undefined,
    leadsTo: undefined,
  };
}

/** What links beside their targets lead to; the others are asked for by `resolveLinks`. */
function withSiblings(entries: readonly Entry[]): readonly Entry[] {
  const types = new Map(entries.map(({ name, type }) => [name, type]));
  return entries.map((entry) => {
    const type = entry.link === undefined ? undefined : types.get(entry.link);
    return type && type !== 'symlink' ? { ...entry, leadsTo: type } : entry;
  });
}

/** So many links of one directory are asked about; more would take longer than anyone waits. */
const MOST_LINKS = 500;

/** Finds out what the links of a directory lead to, by asking the engine. */
export async function resolveLinks(
  place: Place,
  directory: string,
  entries: readonly Entry[],
  signal?: AbortSignal,
): Promise<readonly Entry[]> {
  const limited = createLimiter(6);
  let asked = 0;
  return Promise.all(
    entries.map(async (entry) => {
      if (entry.type !== 'symlink' || entry.leadsTo || ++asked > MOST_LINKS) return entry;
      return limited(async () => {
        const type = await typeBehind(place, join(directory, entry.name), signal);
        return { ...entry, leadsTo: type };
      });
    }),
  );
}

async function typeBehind(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<FileType | undefined> {
  try {
    let stat = await statPath(place.client, place.id, path, signal);
    for (let links = 0; stat.type === 'symlink' && stat.target && links < 40; links++) {
      if (inMemory(place, stat.target)) return 'directory';
      if (place.base && !stat.target.startsWith(`${place.base}/`)) return undefined;
      if (stat.target === path) return undefined;
      stat = await statPath(place.client, place.id, stat.target, signal);
    }
    return stat.type === 'symlink' ? undefined : stat.type;
  } catch (error) {
    // A link that leads nowhere, or around in a circle, is shown as one.
    if (error instanceof EngineError && error.status !== undefined) return undefined;
    throw error;
  }
}
