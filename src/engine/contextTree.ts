import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../util/absent.ts';
import { walkContext } from '../util/contextFiles.ts';
import type { FileKind } from '../util/contextFiles.ts';
import { parseDockerignore } from '../util/dockerignore.ts';
import { readIgnoreFile } from './dockerignore.ts';
import { EngineError } from './errors.ts';
import { filesError } from './files.ts';

/** A file or directory of a build context, and what of it a build gets. */
export interface ContextNode {
  /** Relative to the context, `.` for itself. */
  readonly path: string;
  readonly kind: FileKind;
  readonly ignored: boolean;
  /** The pattern that had the last word, with its line from 1. */
  readonly by: { readonly text: string; readonly line: number } | undefined;
  /** Bytes that are sent, of a directory those of all in it. */
  readonly size: number;
  /** Files that are sent, one for a file. */
  readonly files: number;
  /** What a directory holds, the largest first, what is left out last; not read where all is left out. */
  readonly children: readonly ContextNode[];
}

export interface ContextTree {
  /** Absolute. */
  readonly root: string;
  readonly dockerfile: string | undefined;
  /** Absolute path of the ignore file that counts; undefined when there is none. */
  readonly ignoreFile: string | undefined;
  readonly top: ContextNode;
  /** Directories that could not be read: the build would fail by them. */
  readonly unreadable: readonly string[];
  /** False when there is more than can be shown. */
  readonly complete: boolean;
}

/** An entry with the context that it is in: what a row stands for. */
export interface ContextTarget {
  readonly tree: ContextTree;
  readonly node: ContextNode;
}

export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many entries have been looked at. */
  readonly onProgress?: (entries: number) => void;
  /** How many entries are looked at. */
  readonly limit?: number;
}

/** As many as a tree can hold without the window noticing. */
const MOST_ENTRIES = 200_000;
/** How many files are asked for their size at a time. */
const AT_ONCE = 64;

interface Growing extends ContextNode {
  size: number;
  files: number;
  children: Growing[];
}

/**
 * What a build with this context and Dockerfile would be sent, with sizes. Looks into directories that are left out
 * only where an exception may hold inside. Throws EngineError, 'cancelled' when the signal is aborted.
 */
export async function measureContext(
  root: string,
  dockerfile: string | undefined,
  { signal, onProgress, limit = MOST_ENTRIES }: MeasureOptions = {},
): Promise<ContextTree> {
  const found = await readIgnoreFile(root, dockerfile);
  const top: Growing = {
    path: '.',
    kind: 'directory',
    ignored: false,
    by: undefined,
    size: 0,
    files: 0,
    children: [],
  };
  const directories = new Map([['.', top]]);
  const unreadable: string[] = [];
  const sized: Growing[] = [];
  try {
    if (!(await lstat(join(root, '.'))).isDirectory())
      throw new EngineError('bad-request', `The build context ${root} is not a directory.`);
    const walk = walkContext(root, {
      ignore: parseDockerignore(found?.text ?? ''),
      limit,
      signal,
      onUnreadable: (path) => void unreadable.push(path || '.'),
    });
    let entries = 0;
    let step = await walk.next();
    for (; !step.done; step = await walk.next()) {
      const { path, kind, ignored, by } = step.value;
      const why = by && { text: by.text, line: by.line + 1 };
      const node: Growing = { path, kind, ignored, by: why, size: 0, files: 0, children: [] };
      directories.get(parentOf(path))?.children.push(node);
      if (kind === 'directory') directories.set(path, node);
      else if (!ignored) sized.push(node);
      if (++entries % 1000 === 0) onProgress?.(entries);
    }
    await measure(root, sized, signal);
    finish(directories);
    return {
      root,
      dockerfile,
      ignoreFile: found?.file,
      top,
      unreadable,
      complete: step.value === 'complete',
    };
  } catch (error) {
    if (signal?.aborted)
      throw new EngineError('cancelled', 'Reading the build context was cancelled.', {
        cause: error,
      });
    throw filesError(error, `The build context ${root} could not be read`);
  }
}

const parentOf = (path: string) => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
};

async function measure(
  root: string,
  nodes: readonly Growing[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let index = 0; index < nodes.length; index += AT_ONCE) {
    signal?.throwIfAborted();
    await Promise.all(
      nodes.slice(index, index + AT_ONCE).map(async (node) => {
        const size = await sizeOf(join(root, node.path));
        node.files = size === undefined ? 0 : 1;
        node.size = node.kind === 'file' ? (size ?? 0) : 0;
      }),
    );
  }
}

/** Undefined for a file that has gone since its directory was read. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Sums up from below, for directories stand in the order of their depth, and sorts what is in them. */
function finish(directories: ReadonlyMap<string, Growing>): void {
  for (const node of [...directories.values()].reverse()) {
    for (const child of node.children) {
      node.size += child.size;
      node.files += child.files;
    }
    node.children.sort(
      (a, b) =>
        Number(isLeftOut(a)) - Number(isLeftOut(b)) ||
        b.size - a.size ||
        (a.path < b.path ? -1 : 1),
    );
  }
}

/** Whether nothing of a node is sent. */
export function isLeftOut({ ignored, files }: ContextNode): boolean {
  return ignored && files === 0;
}

/** A pattern that, at the end of the ignore file, leaves out just this node. */
export function patternFor({ path, kind, ignored }: ContextNode): string {
  const escaped = process.platform === 'win32' ? path : path.replace(/[*?[\\]/g, String.raw`\$&`);
  // What would begin a comment or an exception, and blanks that would be trimmed, hold as classes.
  const pattern = escaped.replace(/^[#!\s]|\s$/g, '[$&]');
  // A directory that is left out already is not asked about again, what exceptions take back in it is.
  return kind === 'directory' && ignored ? `${pattern}/**` : pattern;
}

/**
 * What weighs most in a directory, a hundredth of it at least: of a subdirectory that is little more than one of its
 * entries, that one instead.
 */
export function heaviest({ children, size }: ContextNode, most: number): ContextNode[] {
  const narrow = (node: ContextNode): ContextNode => {
    const [first] = node.children;
    return first && !isLeftOut(first) && first.size > node.size * 0.9 ? narrow(first) : node;
  };
  return children
    .filter((node) => !isLeftOut(node) && node.size >= size / 100)
    .slice(0, most)
    .map(narrow);
}
