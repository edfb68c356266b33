import { constants } from 'node:fs';
import {
  chmod,
  link,
  lstat,
  lutimes,
  mkdir,
  open,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
} from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { unlessAbsent } from '../../../util/absent.ts';
import { draftName } from '../../../util/draft.ts';
import { filesError } from '../../files.ts';
import { EngineError } from '../../errors.ts';
import { bytesOf, fsPath, readable } from './names.ts';
import { mode } from './packet.ts';
import type { Stat } from './packet.ts';

/** A folder that files are written to, and nothing outside of it. */
export interface Destination {
  /** Makes a directory, or keeps the one that is there; its mode and time are set by {@link Destination.finish}. */
  directory(stat: Stat): Promise<void>;
  symlink(stat: Stat): Promise<void>;
  /** Starts a file, which takes its place when it is complete. */
  file(stat: Stat): Promise<IncomingFile>;
  /** Makes another name of a file that is complete. */
  hardlink(stat: Stat): Promise<void>;
  /** Sets what writing into directories would change. */
  finish(): Promise<void>;
}

export interface IncomingFile {
  write(data: Uint8Array): Promise<void>;
  /** Throws EngineError when there are not as many bytes as were announced. */
  complete(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

const EXCLUSIVE =
  constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

/**
 * Writes to the folder at an absolute path without links. Paths must have been checked, and each directory must be made
 * before what is in it: so no link is gone through, for one that stood there has made way for the directory. Everything
 * belongs to whoever we are. Throws EngineError that names the file.
 */
export function openDestination(root: string): Destination {
  const at = (path: string) => fsPath(`${root}/${path}`);
  const name = ({ path }: Stat) => `${root}/${path}`;
  const directories: Stat[] = [];

  /** Puts something new in the place of what is there. A folder makes way for nothing. */
  const replace = async (path: string, make: (draft: string | Buffer) => Promise<void>) => {
    const draft = at(besides(path));
    try {
      await make(draft);
      await rename(draft, at(path));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  };

  return {
    directory: (stat) =>
      named(name(stat), async () => {
        const there = await lstat(at(stat.path)).catch(unlessAbsent);
        if (there && !there.isDirectory()) await unlink(at(stat.path));
        // One that is closed even to its owner is so only once it is filled.
        if (!there?.isDirectory()) await mkdir(at(stat.path), { mode: 0o700 });
        else await chmod(at(stat.path), 0o700 | (there.mode & 0o777));
        directories.push(stat);
      }),
    symlink: (stat) =>
      named(name(stat), () =>
        replace(stat.path, async (draft) => {
          await symlink(bytesOf(stat.linkname), draft);
          await lutimes(draft, ...timesOf(stat));
        }),
      ),
    hardlink: (stat) =>
      named(name(stat), () => replace(stat.path, (draft) => link(at(stat.linkname), draft))),
    file: (stat) =>
      named(name(stat), async () => {
        const draft = at(besides(stat.path));
        const handle = await open(draft, EXCLUSIVE, 0o600);
        return incoming({ stat, handle, draft, path: at(stat.path), name: name(stat) });
      }),
    finish: async () => {
      for (const stat of directories.toReversed())
        await named(name(stat), async () => {
          await chmod(at(stat.path), permissionsOf(stat));
          await utimes(at(stat.path), ...timesOf(stat));
        });
    },
  };
}

interface Draft {
  readonly stat: Stat;
  readonly handle: FileHandle;
  readonly draft: string | Buffer;
  readonly path: string | Buffer;
  /** What it is called where something is said of it. */
  readonly name: string;
}

function incoming({ stat, handle, draft, path, name }: Draft): IncomingFile {
  let size = 0;
  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(draft, { force: true });
  };
  return {
    write: (data) =>
      named(name, async () => {
        for (let at = 0; at < data.length;) {
          const { bytesWritten } = await handle.write(data, at, data.length - at);
          at += bytesWritten;
        }
        size += data.length;
      }),
    complete: () =>
      named(name, async () => {
        try {
          if (size !== stat.size)
            throw new EngineError(
              'server',
              `“${readable(name)}” came with ${size} bytes, and ${stat.size} were announced.`,
            );
          await handle.chmod(permissionsOf(stat));
          await handle.utimes(...timesOf(stat));
          await handle.close();
          await rename(draft, path);
        } catch (error) {
          await discard();
          throw error;
        }
      }),
    discard,
  };
}

/** A name in the same directory that nothing has. */
function besides(path: string): string {
  return path.replace(/[^/]*$/, draftName);
}

/** The permissions of a mode as the system has it. */
function permissionsOf({ mode: bits }: Stat): number {
  return (
    (bits & mode.permissions) |
    (bits & mode.setuid ? 0o4000 : 0) |
    (bits & mode.setgid ? 0o2000 : 0) |
    (bits & mode.sticky ? 0o1000 : 0)
  );
}

/** Node takes seconds with a fraction, so what is finer than about 200 ns is lost, and takes negative ones as text only. */
function timesOf({ modified }: Stat): [access: string, modification: string] {
  const seconds = Number(modified / 1_000_000_000n) + Number(modified % 1_000_000_000n) / 1e9;
  return [String(seconds), String(seconds)];
}

async function named<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw filesError(error, `“${readable(path)}” could not be written`);
  }
}
