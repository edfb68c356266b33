import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { isAbsent } from '../../../util/absent.ts';
import { filesError } from '../../files.ts';
import type { EngineError } from '../../errors.ts';
import { bytesOf, fsPath, nameOf, readable, sortNames } from './names.ts';

/** A file that is served with other contents than it has, such as an editor's unsaved ones. It need not exist. */
export interface Override {
  /** Of a file in the folder itself. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly modified: bigint;
}

/** A folder that is looked at with synchronous calls, which are several times quicker than others. */
export interface Folder {
  /** Names and whether each is a directory, sorted by bytes. Undefined: the directory has gone. Throws EngineError. */
  list(directory: string): Listed | undefined;
  /** Undefined: the file has gone. Throws EngineError. */
  stat(path: string): BigIntStats | undefined;
  /** Where a link leads, as written. Undefined: it has gone, or something else is there now. Throws EngineError. */
  link(path: string): string | undefined;
}

export interface Listed {
  readonly names: readonly string[];
  /** Of those that are directories (links to some aren't). Undefined where it wasn't asked for. */
  readonly directories: ReadonlySet<string> | undefined;
}

/** Opens the folder at an absolute path without links. Paths in it are relative, with `/` between their parts. */
export function openFolder(root: string): Folder {
  const at = (path: string) => fsPath(path === '' ? root : `${root}/${path}`);
  return {
    list: (directory) =>
      directory === '' ? listRoot(root) : attempt(directory, () => list(at(directory))),
    stat: (path) => attempt(path, () => lstatSync(at(path), { bigint: true })),
    link: (path) => attempt(path, () => linkAt(at(path))),
  };
}

function list(path: string | Buffer): Listed {
  const directories = new Set<string>();
  const names: string[] = [];
  let lossless = true;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name.includes('\ufffd')) lossless = false;
    names.push(entry.name);
    if (entry.isDirectory()) directories.add(entry.name);
  }
  if (lossless) return { names: sortNames(names), directories };
  // Some name isn't UTF-8, or does hold a replacement character.
  names.length = 0;
  directories.clear();
  for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
    const name = nameOf(entry.name);
    names.push(name);
    if (entry.isDirectory()) directories.add(name);
  }
  return { names: sortNames(names), directories };
}

function linkAt(path: string | Buffer): string | undefined {
  try {
    return nameOf(readlinkSync(path, { encoding: 'buffer' }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EINVAL') return undefined;
    throw error;
  }
}

/** What a call says of a file: undefined when there is none (any more). */
function attempt<T>(path: string, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (isAbsent(error) && !isTooDeep(path, error)) return undefined;
    throw unreadable(path, error);
  }
}

/** Bytes of the longest name that a file can have. */
const LONGEST_NAME = 255;

/** Whether a file may be there, but at a path that is longer than the system takes. */
function isTooDeep(path: string, error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG')) return false;
  return path.split('/').every((name) => bytesOf(name).length <= LONGEST_NAME);
}

function listRoot(root: string): Listed {
  try {
    return list(root);
  } catch (error) {
    throw unreadable(root, error);
  }
}

/** The error of a file that could not be read. */
export function unreadable(path: string, error: unknown): EngineError {
  return filesError(error, `“${readable(path)}” could not be read`);
}
