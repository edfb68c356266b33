import { posix } from 'node:path';
import type { Spot } from './copying.ts';
import { listDirectory, resolveLinks } from './listing.ts';
import type { Entry } from './listing.ts';
import { follow, inMemory, isWithin } from './place.ts';
import type { Place } from './place.ts';
import type { FilePath } from './service.ts';
import type { FileSource } from './source.ts';

/** The directories of sources as they were when they were last read. */
export interface Folders {
  /** The entries of a directory, which is reached at a spot; `fresh` reads it anew. */
  list(file: FilePath, spot: Spot, fresh: boolean, signal?: AbortSignal): Promise<readonly Entry[]>;
  /** Drops what is remembered of a directory and all below it. */
  forget(at: FilePath): void;
  /** Drops it of something that was changed, and of the directory that it is in. */
  changed(at: FilePath): void;
}

/** Directories of so many sources are remembered. */
const MOST_SOURCES = 8;

interface Remembered {
  run: string;
  readonly index: Map<string, () => Promise<readonly Entry[]>>;
}

/** @param at gives an act the place of a path, and what the path is there */
export function createFolders(
  at: <R>(file: FilePath, act: (place: Place, path: string) => Promise<R>) => Promise<R>,
): Folders {
  const sources = new Map<string, Remembered>();

  const keyOf = ({ kind, id }: FileSource) => `${kind} ${id}`;

  function remembered(source: FileSource, { run }: Place): Remembered {
    const key = keyOf(source);
    const known = sources.get(key);
    sources.delete(key);
    // The helper container of an image is another each time, and what is in the image stays.
    const current =
      known && (known.run === run || source.kind === 'image') ? known : { run, index: new Map() };
    sources.set(key, current);
    const [oldest] = sources.keys();
    if (sources.size > MOST_SOURCES && oldest !== undefined) sources.delete(oldest);
    return current;
  }

  /** Reads a directory, and remembers those below that came with it. What their links lead to is asked when they are looked at. */
  async function readInto(
    index: Remembered['index'],
    file: FilePath,
    { place, path }: Spot,
    signal?: AbortSignal,
  ): Promise<readonly Entry[]> {
    const real = inMemory(place, path) ? path : (await follow(place, path, signal)).path;
    const found = await listDirectory(place, real, signal);
    const prefix = file.path === '/' ? '' : file.path;
    for (const [folder, entries] of found) {
      const below = prefix + folder.slice(real === '/' ? 0 : real.length);
      if (folder === real || index.has(below)) continue;
      const there = { source: file.source, path: below };
      index.set(
        below,
        once(() => at(there, (again, inside) => resolveLinks(again, inside, entries))),
      );
    }
    return resolveLinks(place, real, found.get(real) ?? [], signal);
  }

  function forget({ source, path }: FilePath): void {
    const index = sources.get(keyOf(source))?.index;
    for (const known of index?.keys() ?? []) if (isWithin(known, path)) index?.delete(known);
  }

  return {
    async list(file, spot, fresh, signal) {
      const { index } = remembered(file.source, spot.place);
      const known = index.get(file.path);
      if (known && (!fresh || file.source.kind === 'image')) return known();
      const read = once(() => readInto(index, file, spot, signal));
      index.set(file.path, read);
      try {
        return await read();
      } catch (error) {
        if (index.get(file.path) === read) index.delete(file.path);
        throw error;
      }
    },
    forget,
    changed(file) {
      sources.get(keyOf(file.source))?.index.delete(posix.dirname(file.path));
      forget(file);
    },
  };
}

/** Makes something when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
