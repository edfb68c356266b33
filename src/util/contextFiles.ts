import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Decision, IgnoreFile } from './dockerignore.ts';

/** What a directory entry is; a symbolic link is not what it points to. */
export type FileKind = 'file' | 'directory' | 'link' | 'other';

/** A file of a build context, sent or left out. */
export interface ContextFile extends Decision {
  /** Relative to the context, with `/` between its parts. */
  readonly path: string;
  readonly kind: FileKind;
}

export interface WalkOptions {
  readonly ignore: IgnoreFile;
  /** How many entries are looked at. */
  readonly limit: number;
  /** Directories that are left out are walked too, and not only where an exception may hold in them. */
  readonly all?: boolean;
  /** Names of directories that are told and not walked. */
  readonly closed?: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
  /** Told of a directory that could not be read; the walk goes on without it. */
  readonly onUnreadable: (path: string, error: unknown) => void;
}

/** Whether a walk has seen everything it was to see. */
export type WalkEnd = 'complete' | 'limit';

/**
 * Walks a build context, directories before what is in them, names in order, breadth first, so that a limit cuts off
 * what is deepest. Symbolic links are told and not followed. Returns how it ended. @throws the signal's reason
 */
export async function* walkContext(
  root: string,
  { ignore, limit, all = false, closed, signal, onUnreadable }: WalkOptions,
): AsyncGenerator<ContextFile, WalkEnd> {
  const waiting = [''];
  let seen = 0;
  for (let next = 0; next < waiting.length; next++) {
    const directory = waiting[next] as string;
    signal?.throwIfAborted();
    let entries: readonly Dirent[];
    try {
      entries = await readdir(join(root, directory), { withFileTypes: true });
    } catch (error) {
      onUnreadable(directory, error);
      continue;
    }
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (seen++ >= limit) return 'limit';
      const path = directory ? `${directory}/${entry.name}` : entry.name;
      const kind = kindOf(entry);
      const decision = ignore.decide(path);
      yield { path, kind, ...decision };
      const into = all || !decision.ignored || ignore.mayHoldExceptions(path);
      if (kind === 'directory' && into && !closed?.has(entry.name)) waiting.push(path);
    }
  }
  return 'complete';
}

/** What a directory entry is. */
export function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
