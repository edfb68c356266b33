import { realpathSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { EngineError } from '../../errors.ts';
import type { KnownFiles } from './attributes.ts';
import { compilePatterns } from './filter.ts';
import type { Filter, Matched, Patterns } from './filter.ts';
import { openFolder, unreadable } from './folder.ts';
import type { Folder, Override } from './folder.ts';
import { followLinks, withoutNested } from './followLinks.ts';
import { isRaw, readable, sortNames } from './names.ts';
import { mode } from './packet.ts';
import { createStatWriter } from './statBatch.ts';
import type { StatWriter, TracedBatch } from './statBatch.ts';

/** What to list. It can be posted to a worker. */
export interface WalkRequest {
  /** Absolute path. */
  readonly root: string;
  readonly filter: Filter;
  readonly override?: Override | undefined;
  /** Names and modes are as on Windows. */
  readonly windows: boolean;
  /** Whether extended attributes are wanted, too. */
  readonly attributes?: boolean | undefined;
  /** Files whose attributes were read before. */
  readonly known?: KnownFiles | undefined;
}

/** For how long a walk goes on before it yields, in milliseconds, and after how many entries it looks at the clock. */
const GLANCE = 32;

/**
 * Lists a folder as buildx does with fsutil: directories before what is in them, names in the order of their bytes, every
 * directory above something that is wanted; regular files, directories, links, pipes and devices; sockets as empty files,
 * for BuildKit knows none; owned by root. A further name of a file that is listed leads to the first. Extended
 * attributes, which Node can't read, are added by others.
 *
 * Yields what has been listed in the last `slice` milliseconds, which may be nothing. Throws EngineError that names what
 * could not be read; what goes away meanwhile is left out.
 */
export function* walk(request: WalkRequest, slice: number): Generator<TracedBatch, void> {
  const { windows, override } = request;
  const folder = withOverride(openFolder(resolve(request.root)), override);
  const filter = compileFilter(folder, request.filter, windows);
  const writer = createStatWriter();
  const device = folder.stat('')?.dev;
  const entries: Entries = { folder, writer, windows, override, device, links: new Map() };
  const levels: Level[] = [];
  let until = performance.now() + slice;
  let seen = 0;
  enter(folder, levels, { path: '', raw: false, listed: true });
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const name = level.names[level.next++];
    if (name === undefined) {
      levels.pop();
      continue;
    }
    if (++seen % GLANCE === 0 && performance.now() > until) {
      yield writer.take();
      until = performance.now() + slice;
    }
    const raw = level.raw || isRaw(name);
    const path = level.path === '' ? name : `${level.path}/${name}`;
    if (!filter) {
      const stats = entryOf(entries, path);
      if (!stats) continue;
      add(entries, path, raw, stats);
      if (stats.isDirectory()) enter(folder, levels, { path, raw, listed: true });
      continue;
    }
    const isDirectory = level.directories?.has(name) === true;
    const said = verdict(filter, path, level);
    if (!said.wanted) {
      if (isDirectory && said.mayHold) enter(folder, levels, { path, raw, listed: false, ...said });
      continue;
    }
    const stats = entryOf(entries, path);
    if (!stats) continue;
    if (levels.every((above) => above.listed || addDirectory(entries, above)))
      add(entries, path, raw, stats);
    if (stats.isDirectory()) enter(folder, levels, { path, raw, listed: true, ...said });
  }
  yield writer.take();
}

/** A directory that the walk is in. */
interface Level {
  readonly path: string;
  readonly raw: boolean;
  /** It has been listed, or is the folder itself. */
  listed: boolean;
  readonly names: readonly string[];
  readonly directories: ReadonlySet<string> | undefined;
  next: number;
  readonly include?: Matched | undefined;
  readonly exclude?: Matched | undefined;
}

function enter(
  folder: Folder,
  levels: Level[],
  level: Pick<Level, 'path' | 'raw' | 'listed' | 'include' | 'exclude'>,
): void {
  const listed = readUnlessUnwanted(folder, level);
  if (!listed) return;
  const { path, raw, include, exclude } = level;
  levels.push({ path, raw, listed: level.listed, ...listed, next: 0, include, exclude });
}

/** A directory that isn't wanted itself may be closed to us. */
function readUnlessUnwanted(folder: Folder, { path, listed }: Pick<Level, 'path' | 'listed'>) {
  try {
    return folder.list(path);
  } catch (error) {
    if (!listed && error instanceof EngineError && error.reason === 'permission') return undefined;
    throw error;
  }
}

interface CompiledFilter {
  readonly include: Patterns | undefined;
  readonly exclude: Patterns | undefined;
}

/** Undefined when everything is wanted. */
function compileFilter(
  folder: Folder,
  { include, exclude, follow }: Filter,
  windows: boolean,
): CompiledFilter | undefined {
  let wanted: readonly string[] | undefined = include;
  const targets = follow.length > 0 ? followLinks(folder, follow, windows) : undefined;
  if (targets) wanted = withoutNested([...include, ...targets]) ?? [];
  if (wanted.length === 0 && exclude.length === 0) return undefined;
  return {
    include: wanted.length > 0 ? compilePatterns(wanted, 'include pattern', windows) : undefined,
    exclude: exclude.length > 0 ? compilePatterns(exclude, 'exclude pattern', windows) : undefined,
  };
}

function verdict({ include, exclude }: CompiledFilter, path: string, above: Level) {
  const included = include && new Uint8Array(include.count);
  const excluded = exclude && new Uint8Array(exclude.count);
  let wanted = true;
  let mayHold = true;
  if (include && included && !include.matches(path, above.include, included)) {
    wanted = false;
    mayHold = include.mayMatchIn(path);
  }
  if (mayHold && exclude && excluded && exclude.matches(path, above.exclude, excluded)) {
    wanted = false;
    mayHold = exclude.mayExceptIn(path);
  }
  return { wanted, mayHold, include: included, exclude: excluded };
}

interface Entries {
  readonly folder: Folder;
  readonly writer: StatWriter;
  readonly windows: boolean;
  readonly override: Override | undefined;
  /** That the folder itself stands on. */
  readonly device: bigint | undefined;
  /** The first path of each file that has several, by device and inode. */
  readonly links: Map<string, string>;
}

interface Entry {
  readonly stats: BigIntStats;
  readonly link: string;
  readonly isDirectory: () => boolean;
}

/** How often a link is looked at that is something else each time. */
const LOOKS = 10;

/** Undefined when there is nothing of that name any more. */
function entryOf({ folder, windows }: Entries, path: string): Entry | undefined {
  for (let looks = 0; looks < LOOKS; looks++) {
    const stats = folder.stat(path);
    if (!stats) return undefined;
    const isDirectory = (): boolean => stats.isDirectory();
    if (!stats.isSymbolicLink()) return { stats, link: '', isDirectory };
    const link = folder.link(path);
    if (link !== undefined)
      return { stats, link: windows ? link.replaceAll('\\', '/') : link, isDirectory };
    // Something else has taken its place, or nothing.
  }
  const why = 'it is a link that leads nowhere, or changes all the time';
  throw new EngineError('conflict', `“${readable(path)}” could not be read: ${why}.`);
}

/** Lists a directory that only something in it is wanted of. False when it has gone meanwhile. */
function addDirectory(entries: Entries, level: Level): boolean {
  const entry = entryOf(entries, level.path);
  if (!entry) return false;
  add(entries, level.path, level.raw, entry);
  level.listed = true;
  return true;
}

function add(entries: Entries, path: string, raw: boolean, { stats, link }: Entry): void {
  const { writer, windows, links, override } = entries;
  const bits = goMode(Number(stats.mode), windows);
  const device = (bits & mode.device) !== 0;
  const number = device ? Number(stats.rdev) : 0;
  let linkname = link;
  if (stats.nlink > 1n && linkname === '' && bits < mode.directory && path !== override?.name) {
    const file = `${stats.dev}:${stats.ino}`;
    const first = links.get(file);
    if (first === undefined) links.set(file, path);
    else linkname = first;
  }
  writer.add({
    path,
    raw,
    mode: bits,
    size: bits >= mode.directory ? 0 : Number(stats.size),
    modified: stats.mtimeNs,
    linkname,
    // As Linux packs them.
    major: device ? (number >>> 8) & 0xfff : 0,
    minor: device ? (number & 0xff) | ((number >>> 12) & 0xfff00) : 0,
    inode: stats.dev === entries.device ? Number(stats.ino) : 0,
    changed: Number(stats.ctimeNs),
  });
}

/** The types of files in a mode as the system has it. */
const FORMAT = 0o17_0000;
const FORMATS: Readonly<Record<number, number>> = {
  0o04_0000: mode.directory,
  0o12_0000: mode.symlink,
  0o01_0000: mode.pipe,
  0o06_0000: mode.device,
  0o02_0000: mode.device | mode.characters,
};

/** Go's os.FileMode of a mode as the system has it. */
function goMode(bits: number, windows: boolean): number {
  // Windows knows of no permission to execute, so everything has it; nothing but the owner may write.
  let result = windows ? ((bits & 0o777) | 0o111) & 0o755 : bits & 0o777;
  if (bits & 0o4000) result |= mode.setuid;
  if (bits & 0o2000) result |= mode.setgid;
  if (bits & 0o1000) result |= mode.sticky;
  return (result | (FORMATS[bits & FORMAT] ?? 0)) >>> 0;
}

function resolve(root: string): string {
  try {
    return realpathSync.native(root);
  } catch (error) {
    throw unreadable(root, error);
  }
}

/** Serves a file with other contents than it has: it is a regular one then, whatever it was. */
function withOverride(folder: Folder, override: Override | undefined): Folder {
  if (!override) return folder;
  return {
    list: (directory) => {
      const listed = folder.list(directory);
      if (directory !== '' || !listed || listed.names.includes(override.name)) return listed;
      return { ...listed, names: sortNames([...listed.names, override.name]) };
    },
    stat: (path) => {
      const stats = folder.stat(path);
      if (path !== override.name) return stats;
      const permissions = stats?.isFile() ? stats.mode & 0o7777n : 0o644n;
      return overridden(stats ?? folder.stat(''), permissions, override);
    },
    link: (path) => folder.link(path),
  };
}

function overridden(
  stats: BigIntStats | undefined,
  permissions: bigint,
  { size, modified }: Override,
): BigIntStats | undefined {
  return (
    stats &&
    Object.assign(Object.create(Object.getPrototypeOf(stats) as object) as BigIntStats, stats, {
      mode: 0o10_0000n | permissions,
      size: BigInt(size),
      mtimeNs: modified,
      nlink: 1n,
    })
  );
}
