import { posix } from 'node:path';
import { draftName } from '../../util/draft.ts';
import { createEmitter } from '../../util/emitter.ts';
import type { Event } from '../../util/emitter.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import type { Content, FileType } from './archive.ts';
import { look, makeFolder, readFile, removePath, writeFile } from './changing.ts';
import { copyBetween, copyPath, renamePath } from './copying.ts';
import { inWords, isGone } from './failures.ts';
import { readChanges } from './changes.ts';
import type { FileChange } from './changes.ts';
import { createFolders } from './folders.ts';
import { createHelpers } from './helpers.ts';
import type { Entry } from './listing.ts';
import { follow, inMemory, throughLinks, within } from './place.ts';
import type { Place } from './place.ts';
import type { FileSource } from './source.ts';
import { downloadTo } from './download.ts';
import { uploadFrom } from './upload.ts';
import type { Progress } from './upload.ts';

/** What is at a path. */
export interface FileStat {
  /** Of what a link leads to. Undefined: a link that leads nowhere. */
  readonly type: FileType | undefined;
  readonly isLink: boolean;
  readonly size: number;
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Whether it can be changed. */
  readonly writable: boolean;
}

/** A file or directory of a source. Paths are absolute, `/` between their parts. */
export interface FilePath {
  readonly source: FileSource;
  readonly path: string;
}

/** Files of containers, images and volumes. Every function throws EngineError. */
export interface ContainerFiles {
  stat(at: FilePath, signal?: AbortSignal): Promise<FileStat>;
  /** The entries of a directory as they were when it was last read; `fresh` reads it anew. */
  list(
    at: FilePath,
    how?: { readonly fresh?: boolean },
    signal?: AbortSignal,
  ): Promise<readonly Entry[]>;
  /** Gives the content of a file to `use` as it comes. */
  read<R>(
    at: FilePath,
    use: (file: { readonly size: number; readonly content: AsyncIterable<Buffer> }) => Promise<R>,
    signal?: AbortSignal,
  ): Promise<R>;
  write(at: FilePath, content: Content, signal?: AbortSignal): Promise<void>;
  makeFolder(at: FilePath, signal?: AbortSignal): Promise<void>;
  remove(at: FilePath, signal?: AbortSignal): Promise<void>;
  rename(from: FilePath, to: FilePath, signal?: AbortSignal): Promise<void>;
  copy(from: FilePath, to: FilePath, signal?: AbortSignal): Promise<void>;
  /**
   * Has `act` put something where something else is: that stands aside meanwhile, goes when `act` is done, and comes back when
   * it fails.
   */
  replace<R>(at: FilePath, act: () => Promise<R>, signal?: AbortSignal): Promise<R>;
  /** Brings a file or directory to a path on this machine, which must not exist. Resolves with what could not be brought. */
  download(
    from: FilePath,
    to: string,
    onProgress?: Progress,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  /** Sends a file of this machine to a path, or a directory to one that nothing may have. Resolves with what could not be sent. */
  upload(
    from: string,
    to: FilePath,
    onProgress?: Progress,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  /** What differs in a container from its image. */
  changes(container: string, signal?: AbortSignal): Promise<readonly FileChange[]>;
  /** Drops what is remembered of a directory and all below it. */
  forget(at: FilePath): void;
  /** Lets an image or volume be removed: nothing of ours uses it after this. */
  letGo(source: FileSource): Promise<void>;
  /** Something was changed through these functions. */
  readonly onDidChange: Event<FilesChanged>;
  dispose(): Promise<void>;
}

export interface FilesChanged {
  readonly at: FilePath;
  readonly what: 'created' | 'changed' | 'deleted';
}

const isSame = (a: FileSource, b: FileSource) => a.kind === b.kind && a.id === b.id;

/**
 * @param client the engine to be asked
 * @param report told of what failed where nobody waits for it
 */
export function createContainerFiles(
  client: (signal?: AbortSignal) => Promise<Client>,
  report: (error: unknown) => void,
): ContainerFiles {
  const helpers = createHelpers(report);
  const changed = createEmitter<FilesChanged>();
  async function at<R>(
    { source, path }: FilePath,
    act: (place: Place, path: string) => Promise<R>,
    signal?: AbortSignal,
  ): Promise<R> {
    try {
      const { place, release } = await helpers.lease(await client(signal), source, signal);
      try {
        return await act(place, await throughLinks(place, within(place, path), signal));
      } finally {
        release();
      }
    } catch (error) {
      throw inWords(error, path);
    }
  }

  const folders = createFolders(at);

  /** Does something from one path of a source to another. */
  const inOne = (act: typeof copyPath, from: FilePath, to: FilePath, signal?: AbortSignal) =>
    at(
      from,
      async (place, path) =>
        act(place, path, await throughLinks(place, within(place, to.path), signal), signal),
      signal,
    );

  /** Tells of a change, and forgets the directory that it was in. */
  function tell(at: FilePath, what: FilesChanged['what']): void {
    folders.changed(at);
    changed.fire({ at, what });
  }

  const files: ContainerFiles = {
    stat: (file, signal) =>
      at(
        file,
        async (place, path) => {
          const stat = await look(place, path, signal);
          if (!stat) throw new EngineError('not-found', `There is no “${file.path}”.`);
          const writable = place.fixed === undefined;
          if (stat.type !== 'symlink') return { ...stat, isLink: false, writable };
          try {
            const { path: real, stat: behind } = await follow(place, path, signal);
            const found = inMemory(place, real) ? await look(place, real, signal) : behind;
            if (found) return { ...found, isLink: true, writable };
          } catch (error) {
            // A link that leads nowhere is there all the same.
            if (!(error instanceof EngineError) || isGone(error) || error.reason === 'cancelled')
              throw error;
          }
          return { ...stat, type: undefined, isLink: true, writable };
        },
        signal,
      ),

    list: (file, { fresh = false } = {}, signal) =>
      at(file, (place, path) => folders.list(file, { place, path }, fresh, signal), signal),

    read: (file, use, signal) =>
      at(
        file,
        async (place, path) => {
          const { close, ...opened } = await readFile(place, path, signal);
          try {
            return await use(opened);
          } finally {
            await close();
          }
        },
        signal,
      ),

    async write(file, content, signal) {
      const before = await at(
        file,
        (place, path) => writeFile(place, path, content, signal),
        signal,
      );
      tell(file, before ? 'changed' : 'created');
    },

    async makeFolder(file, signal) {
      await at(file, (place, path) => makeFolder(place, path, signal), signal);
      tell(file, 'created');
    },

    async remove(file, signal) {
      await at(file, (place, path) => removePath(place, path, signal), signal);
      tell(file, 'deleted');
    },

    async rename(from, to, signal) {
      if (isSame(from.source, to.source)) await inOne(renamePath, from, to, signal);
      else {
        await files.copy(from, to, signal);
        // As within one place: from here on only what has come is whole.
        await at(from, (place, path) => removePath(place, path));
      }
      tell(from, 'deleted');
      tell(to, 'created');
    },

    async copy(from, to, signal) {
      if (isSame(from.source, to.source)) await inOne(copyPath, from, to, signal);
      else
        await at(
          from,
          (place, path) =>
            at(
              to,
              (other, target) =>
                copyBetween({ place, path }, { place: other, path: target }, signal),
              signal,
            ),
          signal,
        );
      tell(to, 'created');
    },

    async replace(file, act, signal) {
      const name = draftName();
      const aside = (path: string) => posix.join(posix.dirname(path), name);
      await at(file, (place, path) => renamePath(place, path, aside(path), signal), signal);
      let result: Awaited<ReturnType<typeof act>>;
      try {
        result = await act();
      } catch (error) {
        // Without the signal: it may be what ended the work.
        await at(file, async (place, path) => {
          if (await look(place, path)) await removePath(place, path);
          await renamePath(place, aside(path), path);
        });
        throw error;
      }
      // What took its place is there, whoever gives up now.
      await at(file, (place, path) => removePath(place, aside(path)));
      return result;
    },

    download: (from, to, onProgress, signal) =>
      at(from, (place, path) => downloadTo({ place, path }, to, onProgress, signal), signal),

    async upload(from, to, onProgress, signal) {
      const left = await at(
        to,
        (place, path) => uploadFrom(from, { place, path }, onProgress, signal),
        signal,
      );
      tell(to, 'created');
      return left;
    },

    changes: async (container, signal) => readChanges(await client(signal), container, signal),
    forget: folders.forget,
    letGo: (source) => helpers.letGo(source),
    onDidChange: changed.event,
    dispose: () => helpers.dispose(),
  };
  return files;
}
