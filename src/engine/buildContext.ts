import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Header, Pack } from 'tar-stream';
import { createGate } from './allowance.ts';
import type { Allowance, Gate } from './allowance.ts';
import { readIgnoreRules } from './dockerignore.ts';
import type { IgnoreRules } from './dockerignore.ts';
import { EngineError } from './errors.ts';
import { filesError } from './files.ts';

export interface ContextOptions {
  /** Directory, absolute. */
  readonly context: string;
  /** Absolute path; `Dockerfile` in the context when left out. May lie outside of the context. */
  readonly dockerfile?: string | undefined;
  /** Taken for the Dockerfile's text instead of what is in the file, such as an editor's unsaved one. */
  readonly dockerfileText?: string | undefined;
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
 * excluded); symbolic links as links, permissions kept, everything owned by root; sockets, pipes and devices left out.
 * A Dockerfile that isn't in the context travels under a name of its own that an added ignore rule hides.
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
  const archive = pack();
  const walk = {
    context,
    rules,
    kept,
    archive,
    skip: new Set(extra ? ['.dockerignore'] : []),
    gate: createGate(options.allowance),
    sent: { files: 0, bytes: 0 },
    out: [] as string[],
    report: () => onProgress?.({ ...walk.sent }),
  };
  // Reported where the archive is read.
  archive.on('error', () => {});
  const tar = Readable.from(archive, { objectMode: false });
  void fill(walk, extra);
  // Whoever stops reading stops the walk too.
  tar.on('close', () => archive.destroy());
  return { tar, dockerfile: extra?.name ?? toSlash(inside), leadsOut: () => walk.out[0] };
}

type Entry = Partial<Header> & { readonly name: string };

interface Walk {
  readonly context: string;
  readonly rules: IgnoreRules;
  /** Sent though a rule excludes them. */
  readonly kept: ReadonlySet<string>;
  /** Sent in another form. */
  readonly skip: ReadonlySet<string>;
  readonly archive: Pack;
  readonly gate: Gate;
  readonly sent: { files: number; bytes: number };
  /** Links that lead out of the context. */
  readonly out: string[];
  readonly report: () => void;
}

async function fill(walk: Walk, extra: ExtraDockerfile | undefined): Promise<void> {
  const { archive } = walk;
  try {
    await addDirectory(walk, '');
    if (extra) {
      archive.entry({ name: extra.name, mode: 0o644 }, extra.text);
      archive.entry({ name: '.dockerignore', mode: 0o644 }, extra.ignore);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(filesError(error, 'The build context could not be read'));
  }
}

async function addDirectory(walk: Walk, directory: string): Promise<void> {
  const { rules, kept, skip, archive } = walk;
  const names = await readSafely(directory || '.', () => readdir(join(walk.context, directory)));
  for (const name of names.sort()) {
    if (archive.destroyed) return;
    const path = directory ? `${directory}/${name}` : name;
    if (skip.has(path)) continue;
    const ignored = rules.ignores(path) && !kept.has(path);
    const keptBelow = [...kept].some((file) => file.startsWith(`${path}/`));
    if (ignored && !keptBelow && !rules.mayHoldExceptions(path)) continue;
    const stats = await readSafely(path, () => lstat(join(walk.context, path)));
    if (stats.isDirectory()) {
      if (!ignored) await writeEntry(walk, header(path, stats, 'directory'));
      await addDirectory(walk, path);
    } else if (!ignored) {
      await addFile(walk, path, stats);
    }
  }
}

async function addFile(walk: Walk, path: string, stats: Stats): Promise<void> {
  const file = join(walk.context, path);
  if (stats.isSymbolicLink()) {
    const linkname = toSlash(await readSafely(path, () => readlink(file)));
    if (/^\.\.(?:\/|$)/.test(posix.join(posix.dirname(path), linkname))) walk.out.push(path);
    await writeEntry(walk, { ...header(path, stats, 'symlink'), linkname, size: 0 });
  } else if (stats.isFile()) {
    walk.gate.want(stats.size);
    await walk.gate.passed();
    walk.sent.files++;
    await readSafely(path, async () => {
      if (!stats.size) {
        await writeEntry(walk, header(path, stats, 'file'));
        walk.report();
        return;
      }
      await writeFile(walk, header(path, stats, 'file'), file);
    });
  }
}

/**
 * Adds a file's content. Not by a pipeline: that would destroy the entry with the file's own error, and an entry reports
 * it to nobody.
 */
async function writeFile(walk: Walk, entry: Entry, file: string): Promise<void> {
  const { archive, sent } = walk;
  const written = new Promise<void>((resolve, reject) => {
    const sink = archive.entry(entry, (error) => (error ? reject(error) : resolve()));
    // Told by the callback above.
    sink.on('error', () => {});
    void copy(sink).catch(reject);
  });
  async function copy(sink: ReturnType<Pack['entry']>): Promise<void> {
    // What is written to the file meanwhile isn't sent: the size in front of it has been.
    const source = createReadStream(file, { end: (entry.size ?? 1) - 1 });
    let size = 0;
    for await (const chunk of source as AsyncIterable<Buffer>) {
      if (archive.destroyed) return;
      size += chunk.length;
      sent.bytes += chunk.length;
      walk.report();
      if (!sink.write(chunk)) await roomOrEnd(sink);
    }
    if (size < (entry.size ?? 0)) {
      const what = `"${entry.name}" in the build context changed while it was read.`;
      throw new EngineError('conflict', what);
    }
    sink.end(undefined);
  }
  await written;
}

function roomOrEnd(sink: ReturnType<Pack['entry']>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
  });
}

/** Adds an entry without content. */
function writeEntry(walk: Walk, entry: Entry): Promise<void> {
  return new Promise((resolve, reject) => {
    walk.archive.entry(entry, '', (error) => (error ? reject(error) : resolve()));
  });
}

function header(path: string, stats: Stats, type: 'file' | 'directory' | 'symlink'): Entry {
  // Windows has no permissions to speak of: everything is executable, as the docker CLI has it.
  const mode = sep === '\\' ? 0o755 : stats.mode & 0o7777;
  const name = type === 'directory' ? `${path}/` : path;
  const size = type === 'file' ? stats.size : 0;
  return { name, mode, type, size, mtime: stats.mtime, uid: 0, gid: 0 };
}

async function readSafely<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw filesError(error, `"${path}" in the build context could not be read`);
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
