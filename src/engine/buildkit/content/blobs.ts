import { createHash, randomBytes } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessAbsent } from '../../../util/absent.ts';
import { EngineError } from '../../errors.ts';
import { filesError, makeFolder } from '../../files.ts';
import { parseDigest } from './digest.ts';

/** What is known of a blob. */
export interface BlobInfo {
  /** Bytes. */
  readonly size: number;
  readonly created: Date;
  readonly modified: Date;
}

/**
 * Blobs by their digest in a folder that is an OCI image layout (image-spec, image-layout.md), as containerd's and
 * BuildKit's clients keep them. Nothing outside of the folder is read or written, whatever links are in it: a link counts
 * for nothing that is there. Each method throws EngineError, which names the file.
 */
export interface Blobs {
  /** Absolute path of the folder. */
  readonly root: string;
  /** Undefined where there is no such blob, and for what is no digest. */
  info(digest: string): Promise<BlobInfo | undefined>;
  /**
   * Reads a part of a blob whose bytes are what its digest says: all of it is read for that once.
   * @param length bytes; what lies beyond the end is left out
   */
  read(digest: string, offset: number, length: number): AsyncIterable<Buffer>;
  /** Begins a blob, whose digest shows once it is complete. */
  draft(): Promise<BlobDraft>;
  /** Discards drafts that are not complete, and takes away what only drafts needed. */
  close(): Promise<void>;
}

export interface BlobDraft {
  readonly started: Date;
  /** Bytes so far. */
  size(): number;
  /** `sha256:…` of the bytes so far. */
  digest(): string;
  write(data: Uint8Array): Promise<void>;
  /** Begins anew. */
  empty(): Promise<void>;
  /** Puts the blob in its place. Of what came before under its digest nothing is left. */
  complete(): Promise<void>;
  /** Leaves nothing behind; without effect once it is complete. */
  discard(): Promise<void>;
}

/** Opening a pipe must not wait for a writer, and a link must not be followed. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const CREATE =
  constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

/** As much as containerd sends at a time. gRPC servers written in Go refuse messages beyond 4 MB. */
const CHUNK = 1024 * 1024;

/** Where containerd, too, has what is not complete. */
const DRAFTS = 'ingest';

/** @param root absolute; need not be there before something is written */
export function openBlobs(root: string): Blobs {
  const intact = new Map<string, Promise<void>>();
  const drafts = new Set<BlobDraft>();

  const info = async (digest: string): Promise<BlobInfo | undefined> => {
    const parsed = parseDigest(digest);
    if (!parsed) return undefined;
    const { algorithm, hex } = parsed;
    return named(root, digest, async () => {
      for (const parts of [['blobs'], ['blobs', algorithm]])
        if (!(await lstat(join(root, ...parts)).catch(unlessAbsent))?.isDirectory())
          return undefined;
      const found = await lstat(join(root, 'blobs', algorithm, hex)).catch(unlessAbsent);
      if (!found?.isFile()) return undefined;
      return { size: found.size, created: found.birthtime, modified: found.mtime };
    });
  };

  const openBlob = async (digest: string): Promise<FileHandle> => {
    const parsed = (await info(digest)) && parseDigest(digest);
    if (!parsed)
      throw new EngineError('not-found', `The folder “${root}” has no content ${digest}.`);
    return open(join(root, 'blobs', parsed.algorithm, parsed.hex), READ);
  };

  const check = async (digest: string): Promise<void> => {
    const { algorithm, hex } = parseDigest(digest) ?? { algorithm: 'sha256', hex: '' };
    const hash = createHash(algorithm);
    const file = await openBlob(digest);
    try {
      for await (const piece of pieces(file, 0, Infinity)) hash.update(piece);
    } finally {
      await file.close();
    }
    if (hash.digest('hex') !== hex)
      throw new EngineError(
        'bad-request',
        `The folder “${root}” is damaged: its content ${digest} is not what its name says. Remove the folder, and have it made anew.`,
      );
  };

  return {
    root,
    info,
    async *read(digest, offset, length) {
      const checked = intact.get(digest) ?? named(root, digest, () => check(digest));
      intact.set(digest, checked);
      await checked;
      const file = await named(root, digest, () => openBlob(digest));
      try {
        yield* pieces(file, offset, length);
      } catch (error) {
        throw filesError(error, `“${root}” could not be read`);
      } finally {
        await file.close();
      }
    },
    draft: async () => {
      const name = join(DRAFTS, `stevedore-${randomBytes(8).toString('hex')}`);
      const handle = await written(root, async () => {
        await folders(root, DRAFTS);
        return open(join(root, name), CREATE, 0o644);
      });
      const draft = begin({
        root,
        name,
        handle,
        placed: (digest) => intact.delete(digest),
        ended: () => drafts.delete(draft),
      });
      drafts.add(draft);
      return draft;
    },
    close: async () => {
      await Promise.all(Array.from(drafts, (draft) => draft.discard()));
      await rmdir(join(root, DRAFTS)).catch(() => {
        // Somebody else's drafts are in it, or there were none.
      });
    },
  };
}

interface Begun {
  readonly root: string;
  /** Relative path of the draft. */
  readonly name: string;
  readonly handle: FileHandle;
  /** Told that a blob has been put in its place. */
  readonly placed: (digest: string) => void;
  /** Told that the draft is no more. */
  readonly ended: () => void;
}

function begin({ root, name, handle, placed, ended }: Begun): BlobDraft {
  const draft = join(root, name);
  let size = 0;
  let hash: Hash = createHash('sha256');
  let state: 'open' | 'closed' = 'open';
  const digest = () => `sha256:${hash.copy().digest('hex')}`;
  const discard = async (): Promise<void> => {
    if (state === 'closed') return;
    state = 'closed';
    ended();
    await handle.close();
    await rm(draft, { force: true });
  };
  return {
    started: new Date(),
    size: () => size,
    digest,
    write: (data) =>
      written(root, async () => {
        for (let at = 0; at < data.length;) {
          const { bytesWritten } = await handle.write(data, at, data.length - at, size + at);
          at += bytesWritten;
        }
        size += data.length;
        hash.update(data);
      }),
    empty: () =>
      written(root, async () => {
        await handle.truncate(0);
        size = 0;
        hash = createHash('sha256');
      }),
    complete: () =>
      written(root, async () => {
        try {
          await folders(root, 'blobs', 'sha256');
          await handle.close();
          await rename(draft, join(root, 'blobs', 'sha256', digest().slice('sha256:'.length)));
          placed(digest());
        } finally {
          // Where it has its place this finds nothing.
          await discard();
        }
      }),
    discard,
  };
}

/** Makes directories below the folder, and the folder itself. None of them may be a link. */
async function folders(root: string, ...names: readonly string[]): Promise<void> {
  await makeFolder(root);
  for (let depth = 1; depth <= names.length; depth++) {
    const path = join(root, ...names.slice(0, depth));
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(path)).isDirectory())
      throw new EngineError('bad-request', `“${path}” could not be written: it is no directory.`);
  }
}

async function* pieces(file: FileHandle, offset: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length;) {
    const want = Math.min(CHUNK, length - at);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(want), 0, want, offset + at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function named<T>(root: string, digest: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw filesError(error, `The content ${digest} of “${root}” could not be read`);
  }
}

async function written<T>(root: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw filesError(error, `“${root}” could not be written`);
  }
}
