import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { createGate } from './allowance.ts';
import type { Allowance, Gate } from './allowance.ts';
import { readIgnoreRules } from './dockerignore.ts';
import type { IgnoreRules } from './dockerignore.ts';
import { EngineError } from './errors.ts';
import { OPEN_FLAGS, changed, demandFolder, shrunk } from './buildkit/files/fileRequest.ts';
import { unreadable } from './buildkit/files/folder.ts';
import { fsPath, nameOf, sortNames } from './buildkit/files/names.ts';
import { filesError } from './files.ts';
import type { TarHeader } from './tar/header.ts';
import { newHeader, packed } from './tar/pack.ts';
import type { Sent } from './tar/pack.ts';

export interface ContextOptions {
  /** Directory, absolute. */
  readonly context: string;
  /** Absolute path; `Dockerfile` in the context when left out. May lie outside of the context. */
  readonly dockerfile?: string | undefined;
  /** Taken for the Dockerfile's text instead of what is in the file, such as an editor's unsaved one. */
  readonly dockerfileText?: string | undefined;
  /** Files that are sent beside, by names at the root of the context. */
  readonly added?: ReadonlyMap<string, Buffer> | undefined;
  /** What may be sent without a question. Default: all. */
  readonly allowance?: Allowance | undefined;
  readonly onProgress?:
    | ((sent: { readonly files: number; readonly bytes: number }) => void)
    | undefined;
}

export interface BuildContext {
  /** A tar archive, made while it is read; fails with an EngineError that names the file which could not be read. */
  readonly tar: Readable;
  /** Where the Dockerfile is in it. */
  readonly dockerfile: string;
  /** The first link so far that leads out of the context by its relative path: not every engine takes one. */
  leadsOut(): string | undefined;
}

/**
 * Makes the tar archive of a build context, as the docker CLI does for the classic builder: without what .dockerignore
 * excludes, but always with the Dockerfile and the .dockerignore (the engine takes them out again where they are
 * excluded); symbolic links as links, further names of a file as hard links, permissions kept, times in whole seconds,
 * everything owned by root; sockets, pipes and devices left out. A Dockerfile that isn't in the context travels under a name of its own that an added ignore rule hides.
 * Memory used doesn't depend on the size of the context. Throws EngineError.
 */
export async function openBuildContext(options: ContextOptions): Promise<BuildContext> {
  const { context, dockerfileText, onProgress } = options;
  const file = options.dockerfile ?? join(context, 'Dockerfile');
  await checkDirectory(context);
  const rules = await readIgnoreRules(context, file);
  const inside = relative(context, file);
  const outside = inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside);
  const extra =
    outside || dockerfileText !== undefined ? await extraDockerfile(options, file) : undefined;
  if (!extra) await checkDockerfile(file);
  const kept = new Set(['.dockerignore', ...(outside ? [] : [toSlash(inside)])]);
  const walk: Walk = {
    context,
    rules,
    kept,
    skip: new Set(extra ? ['.dockerignore'] : []),
    gate: createGate(options.allowance),
    sent: { files: 0, bytes: 0 },
    links: new Map(),
    out: [],
    report: () => onProgress?.({ ...walk.sent }),
  };
  return {
    tar: Readable.from(packed(entries(walk, extra, options.added)), { objectMode: false }),
    dockerfile: extra?.name ?? toSlash(inside),
    leadsOut: () => walk.out[0],
  };
}

interface Walk {
  readonly context: string;
  readonly rules: IgnoreRules;
  /** Sent though a rule excludes them. */
  readonly kept: ReadonlySet<string>;
  /** Sent in another form. */
  readonly skip: ReadonlySet<string>;
  readonly gate: Gate;
  readonly sent: { files: number; bytes: number };
  /** The first path of each file that has several, by device and inode. */
  readonly links: Map<string, string>;
  /** Links that lead out of the context. */
  readonly out: string[];
  readonly report: () => void;
}

async function* entries(
  walk: Walk,
  extra: ExtraDockerfile | undefined,
  added: ContextOptions['added'] = new Map(),
): AsyncGenerator<Sent> {
  try {
    yield* directoryEntries(walk, '');
  } catch (error) {
    throw filesError(error, 'The build context could not be read');
  }
  for (const [name, bytes] of added) yield bytesEntry(name, bytes, 0o600);
  if (!extra) return;
  yield bytesEntry(extra.name, Buffer.from(extra.text));
  yield bytesEntry('.dockerignore', Buffer.from(extra.ignore));
}

async function* directoryEntries(walk: Walk, directory: string): AsyncGenerator<Sent> {
  const { context, rules, kept, skip } = walk;
  const listed = await readSafely(directory || '.', () =>
    readdir(fsPath(join(context, directory)), { encoding: 'buffer' }),
  );
  for (const name of sortNames(listed.map(nameOf))) {
    const path = directory ? `${directory}/${name}` : name;
    if (skip.has(path)) continue;
    const ignored = rules.ignores(path) && !kept.has(path);
    const keptBelow = [...kept].some((file) => file.startsWith(`${path}/`));
    if (ignored && !keptBelow && !rules.mayHoldExceptions(path)) continue;
    const stats = await readSafely(path, () => lstat(fsPath(join(context, path))));
    if (stats.isDirectory()) {
      if (!ignored) yield { header: header(path, stats, { type: 'directory' }) };
      yield* directoryEntries(walk, path);
    } else if (!ignored) {
      yield* fileEntry(walk, path, stats);
    }
  }
}

async function* fileEntry(walk: Walk, path: string, stats: Stats): AsyncGenerator<Sent> {
  const { context, gate, sent, links, out } = walk;
  if (stats.isSymbolicLink()) {
    const target = await readSafely(path, () =>
      readlink(fsPath(join(context, path)), { encoding: 'buffer' }),
    );
    const linkname = toSlash(nameOf(target));
    if (/^\.\.(?:\/|$)/.test(posix.join(posix.dirname(path), linkname))) out.push(path);
    yield { header: header(path, stats, { type: 'symlink', linkname }) };
  } else if (stats.isFile()) {
    const file = `${stats.dev}:${stats.ino}`;
    const first = stats.nlink > 1 ? links.get(file) : undefined;
    if (first !== undefined) {
      yield { header: header(path, stats, { type: 'link', linkname: first }) };
      return;
    }
    if (stats.nlink > 1) links.set(file, path);
    gate.want(stats.size);
    await gate.passed();
    sent.files++;
    walk.report();
    yield {
      header: header(path, stats, { size: stats.size }),
      content: content(walk, path, stats),
    };
  }
}

/** What a file has grown by isn't sent: the size in front of it has been. */
async function* content(
  { context, sent, report }: Walk,
  name: string,
  { size }: Stats,
): AsyncGenerator<Buffer> {
  if (size === 0) return;
  const request = { id: 0, name, path: join(context, name), size };
  let read = 0;
  try {
    const file = await open(fsPath(request.path), OPEN_FLAGS);
    try {
      await demandFolder(request);
      const source = file.createReadStream({ end: size - 1, autoClose: false });
      for await (const chunk of source as AsyncIterable<Buffer>) {
        read += chunk.length;
        sent.bytes += chunk.length;
        report();
        yield chunk;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw changed(request, error);
  }
  if (read < size) throw shrunk(request, read);
}

function bytesEntry(name: string, bytes: Buffer, mode = 0o644): Sent {
  return {
    header: newHeader({ name, mode, size: bytes.length }),
    content: (async function* () {
      yield bytes;
    })(),
  };
}

function header(path: string, stats: Stats, more: Partial<TarHeader>): TarHeader {
  return newHeader({
    name: path,
    // Windows has no permissions to speak of: everything is executable, as the docker CLI has it.
    mode: sep === '\\' ? 0o755 : stats.mode & 0o7777,
    // Whole seconds, as the docker CLI has it.
    mtime: Math.floor(stats.mtimeMs / 1000) * 1000,
    ...more,
  });
}

async function readSafely<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

interface ExtraDockerfile {
  readonly name: string;
  readonly text: string;
  readonly ignore: string;
}

async function extraDockerfile(options: ContextOptions, file: string): Promise<ExtraDockerfile> {
  const name = `.dockerfile.${randomBytes(10).toString('hex')}`;
  let text = options.dockerfileText;
  try {
    text ??= await readFile(file, 'utf8');
  } catch (error) {
    throw filesError(error, `The Dockerfile ${file} could not be read`);
  }
  // Without a .dockerignore of the context's own, the one that we add hides itself as well.
  const ignore = await readFile(join(options.context, '.dockerignore'), 'utf8').catch(
    () => '.dockerignore',
  );
  return { name, text, ignore: `${ignore}\n${name}\n` };
}

async function checkDirectory(context: string): Promise<void> {
  try {
    if ((await lstat(`${context}${sep}.`)).isDirectory()) return;
  } catch (error) {
    throw filesError(error, `The build context ${context} could not be read`);
  }
  throw new EngineError('bad-request', `The build context ${context} is not a directory.`);
}

async function checkDockerfile(file: string): Promise<void> {
  try {
    if (!(await lstat(file)).isDirectory()) return;
  } catch (error) {
    throw filesError(error, `The Dockerfile ${file} could not be read`);
  }
  throw new EngineError('bad-request', `The Dockerfile ${file} is a directory.`);
}

function toSlash(path: string): string {
  return path.split(sep).join('/');
}
