import { posix } from 'node:path';
import { EngineError } from '../errors.ts';
import {
  draftName,
  newHeader,
  openArchive,
  openFile,
  putEntries,
  readHead,
  statPath,
} from './archive.ts';
import type { PathStat, Sent } from './archive.ts';
import { tryInside } from './inside.ts';
import { follow, inMemory, isWithin, seen } from './place.ts';
import type { Place } from './place.ts';
import type { TarHeader } from './tarHeader.ts';
import { readTar } from './tarReader.ts';

/*
 * Changing files by the archive calls alone, which work for containers without programs and those that do not run. What makes it
 * possible: the engine unpacks entry after entry and takes away what is there by the name of the next one. So a file is sent
 * under a name of its own, and a hard link, which takes no time and cannot come in half, puts it in its place; and a link to
 * itself takes away what is there, and then has nothing to lead to.
 */

/** Content of a file to be written, and its size in bytes. */
export interface Content {
  readonly size: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

const absent = (error: unknown): boolean =>
  error instanceof EngineError && error.reason === 'not-found';

/** What is at a path, undefined when there is nothing. */
export async function look(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<PathStat | undefined> {
  if (inMemory(place, path)) return statInside(place, path, signal);
  try {
    return await statPath(place.client, place.id, path, signal);
  } catch (error) {
    if (absent(error) && !isGone(error)) return undefined;
    throw error;
  }
}

/** Whether the container itself is not there any more. */
export const isGone = (error: unknown): boolean =>
  error instanceof EngineError && /no such container|no container with/i.test(error.message);

async function statInside(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<(PathStat & { readonly uid: string; readonly gid: string }) | undefined> {
  const result = await need(
    place,
    path,
    'stat',
    ['-L', '-c', '%f %s %Y %u %g', path],
    undefined,
    signal,
  );
  if (result.exitCode !== 0) return undefined;
  const [mode = '0', size, mtime, uid = '', gid = ''] = result.stdout.toString().trim().split(' ');
  const bits = Number.parseInt(mode, 16);
  const kind = bits & 0o170000;
  return {
    type: kind === 0o040000 ? 'directory' : kind === 0o100000 ? 'file' : 'other',
    size: Number(size),
    mode: bits & 0o7777,
    mtime: Number(mtime) * 1000,
    target: undefined,
    uid,
    gid,
  };
}

/** Runs a program that nothing else can stand in for. @throws EngineError `not-supported` when there is none */
async function need(
  place: Place,
  path: string,
  program: string,
  args: readonly string[],
  input?: () => AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
) {
  const result = await tryInside(place, program, args, input, signal);
  if (result) return result;
  throw new EngineError(
    'not-supported',
    `“${seen(place, path)}” can be reached by programs of the container alone, and it has no ${program}.`,
  );
}

async function must(...call: Parameters<typeof need>): Promise<void> {
  const { exitCode, stderr } = await need(...call);
  if (exitCode === 0) return;
  // dd ends with what it counted, after what went wrong.
  const lines = stderr
    .split('\n')
    .filter((line) => line.trim() && !/records (in|out)|bytes/.test(line));
  const said = lines.at(-1)?.trim() ?? '';
  throw new EngineError('server', `${call[2]} failed: ${said || `exit code ${exitCode}`}`, {
    detail: stderr,
  });
}

function mayChange(place: Place, path: string): void {
  if (place.fixed !== undefined) throw new EngineError('forbidden', place.fixed);
  if (path === (place.base || '/'))
    throw new EngineError('bad-request', 'The root itself cannot be replaced, renamed or removed.');
}

/** The name that a hard link's target has to be called by: Docker takes it from where it unpacks, Podman from the root. */
function linkName(place: Place, directory: string, path: string): string {
  if (!place.client.engine.podman) return posix.relative(directory, path);
  const root = place.mounts
    .filter((mount) => isWithin(directory, mount))
    .reduce((longest, mount) => (mount.length > longest.length ? mount : longest), '/');
  return posix.relative(root, path);
}

const split = (path: string) => ({ directory: posix.dirname(path), name: posix.basename(path) });

/**
 * Writes a file, as it was or as it is now and never anything in between. One that is there keeps its owner, its mode and those
 * extended attributes that the engine tells of; a new one belongs to whom its directory belongs.
 * @param path where it is to be, over no link at its end
 */
export async function writeFile(
  place: Place,
  path: string,
  content: Content,
  signal?: AbortSignal,
): Promise<void> {
  mayChange(place, path);
  if (inMemory(place, path)) return writeInside(place, path, content, signal);
  const { client, id } = place;
  const { directory, name } = split(path);
  const before = await look(place, path, signal);
  const now = { size: content.size, mtime: Date.now() };
  const header: TarHeader = before
    ? { ...(await ownHead(place, path, signal)), ...now }
    : newHeader({ name, ...(await ownerOf(place, directory, signal)), ...now });
  const draft = posix.join(directory, draftName());
  // Setting the owner takes setuid and capabilities away, so the link says all of it again. Docker gives a link its mode only
  // when it finds its target from the root.
  const from = header.mode & 0o6000 && !client.engine.podman ? '/' : directory;
  const nameIn = (full: string) => posix.relative(from, full);
  const link = {
    name: nameIn(path),
    type: 'link',
    linkname: linkName(place, from, draft),
  } as const;
  try {
    await putEntries(
      client,
      id,
      from,
      [
        { header: { ...header, name: nameIn(draft), type: 'file' }, content: content.bytes() },
        { header: { ...header, ...link } },
      ],
      signal,
    );
  } catch (error) {
    await takeAway(place, draft).catch(() => {
      // It may never have come to be, and the first error is the one to tell.
    });
    if (place.running && error instanceof EngineError && isMounted(error))
      return writeMounted(place, path, content, signal);
    throw error;
  }
  await takeAway(place, draft);
}

const isMounted = ({ message }: EngineError) => /device or resource busy/.test(message);

/** By programs, in memory: beside the file, and then in its place. */
async function writeInside(
  place: Place,
  path: string,
  content: Content,
  signal?: AbortSignal,
): Promise<void> {
  const draft = posix.join(posix.dirname(path), draftName());
  const run = (program: string, ...args: string[]) =>
    must(place, path, program, args, undefined, signal);
  try {
    const before = await statInside(place, path, signal);
    await send(place, path, draft, content, signal);
    if (before) {
      await run('chown', `${before.uid}:${before.gid}`, draft);
      await run('chmod', before.mode.toString(8), draft);
    }
    await run('mv', '-f', draft, path);
  } finally {
    await tryInside(place, 'rm', ['-f', draft]);
  }
}

/**
 * By programs, for a file that is mounted by itself, such as /etc/hosts, and so cannot be replaced: all is there before it is
 * touched, and what it held is put back when it could not be written whole.
 */
async function writeMounted(
  place: Place,
  path: string,
  content: Content,
  signal?: AbortSignal,
): Promise<void> {
  const draft = `/dev/shm/${draftName()}`;
  const former = `/dev/shm/${draftName()}`;
  const copy = (from: string, to: string) => must(place, path, 'cp', [from, to]);
  try {
    await copy(path, former);
    await send(place, path, draft, content, signal);
    try {
      await copy(draft, path);
    } catch (error) {
      await copy(former, path);
      throw error;
    }
  } finally {
    await tryInside(place, 'rm', ['-f', draft, former]);
  }
}

async function send(
  place: Place,
  path: string,
  draft: string,
  content: Content,
  signal?: AbortSignal,
): Promise<void> {
  await must(place, path, 'dd', [`of=${draft}`, 'bs=64k'], content.bytes, signal);
  const arrived = await statInside(place, draft, signal);
  if (arrived?.size !== content.size)
    throw new EngineError(
      'dropped',
      `“${seen(place, path)}” did not arrive whole, and is as it was.`,
    );
}

/**
 * The header of a path with its owner. Podman's archives say that all is the container's user's, so there a program is asked,
 * while the container runs.
 */
export async function ownHead(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<TarHeader> {
  const header = await readHead(place.client, place.id, path, signal);
  if (!place.client.engine.podman || !place.running) return header;
  const said = await tryInside(place, 'stat', ['-c', '%u %g', path], undefined, signal);
  const [, uid, gid] = /^(\d+) (\d+)$/.exec(said?.stdout.toString().trim() ?? '') ?? [];
  return uid === undefined ? header : { ...header, uid: Number(uid), gid: Number(gid) };
}

async function ownerOf(place: Place, directory: string, signal?: AbortSignal) {
  const { type, uid, gid } = await ownHead(place, directory, signal);
  if (type !== 'directory')
    throw new EngineError('not-found', `“${seen(place, directory)}” is not a directory.`);
  return { uid, gid };
}

/** Makes a directory that belongs to whom the one around it belongs. @throws EngineError `not-found` without that one */
export async function makeFolder(place: Place, path: string, signal?: AbortSignal): Promise<void> {
  mayChange(place, path);
  if (inMemory(place, path)) return must(place, path, 'mkdir', [path], undefined, signal);
  const { directory, name } = split(path);
  const owner = await ownerOf(place, directory, signal);
  const header = newHeader({ name, type: 'directory', mode: 0o755, ...owner });
  await putEntries(place.client, place.id, directory, [{ header }], signal);
}

/** Removes what is at a path, all below it too. @throws EngineError, also when it is still there afterwards */
export async function removePath(place: Place, path: string, signal?: AbortSignal): Promise<void> {
  mayChange(place, path);
  if (inMemory(place, path)) return must(place, path, 'rm', ['-rf', path], undefined, signal);
  await takeAway(place, path, signal);
}

/** What an engine says once it has taken away what was there, and finds nothing that the link could lead to. */
const taken = /no such file or directory|could not find the file|not permitted|file exists/i;

async function takeAway(place: Place, path: string, signal?: AbortSignal): Promise<void> {
  const { directory, name } = split(path);
  const header = newHeader({ name, type: 'link', linkname: linkName(place, directory, path) });
  let failure: unknown;
  // Podman follows a link that is taken away, and puts a hard link to what it leads to in its place: that goes the second time.
  for (let round = 0; round < 3; round++) {
    try {
      await putEntries(place.client, place.id, directory, [{ header }], signal);
    } catch (error) {
      if (!(error instanceof EngineError) || isGone(error)) throw error;
      failure = error;
    }
    if (!(await look(place, path, signal))) return;
    if (failure instanceof EngineError && !taken.test(failure.message)) throw failure;
  }
  throw new EngineError('conflict', `“${seen(place, path)}” could not be removed.`, {
    cause: failure,
  });
}

/** Gives something another path, which nothing may have. */
export async function renamePath(
  place: Place,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  mayChange(place, from);
  mayChange(place, to);
  if (isWithin(to, from))
    throw new EngineError('bad-request', 'A directory cannot be moved into itself.');
  const stat = await look(place, from, signal);
  if (!stat) throw new EngineError('not-found', `There is no “${seen(place, from)}”.`);
  if (inMemory(place, from) || inMemory(place, to))
    return must(place, from, 'mv', [from, to], undefined, signal);
  if (stat.type === 'file' && (await linkTo(place, from, to, signal)))
    return removePath(place, from, signal);
  if (place.running) {
    const moved = await tryInside(place, 'mv', [from, to], undefined, signal);
    if (moved?.exitCode === 0) return;
  }
  await copyPath(place, from, to, signal);
  await removePath(place, from, signal);
}

/** Gives a file a second name; false when that is not possible, as over the border of a volume. */
async function linkTo(
  place: Place,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const directory = commonFolder(from, to);
  const header = await ownHead(place, from, signal);
  const link = { ...header, name: posix.relative(directory, to), type: 'link' as const };
  try {
    await putEntries(
      place.client,
      place.id,
      directory,
      [{ header: { ...link, linkname: linkName(place, directory, from) } }],
      signal,
    );
    return true;
  } catch (error) {
    if (error instanceof EngineError && /cross-device|invalid/i.test(error.message)) return false;
    throw error;
  }
}

function commonFolder(a: string, b: string): string {
  let folder = posix.dirname(a);
  while (!isWithin(b, folder)) folder = posix.dirname(folder);
  return folder;
}

/** Copies something with all below it to a path that nothing has, owners and modes as they are. What is in memory is copied within. */
export async function copyPath(
  place: Place,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  mayChange(place, to);
  if (isWithin(to, from))
    throw new EngineError('bad-request', 'A directory cannot be copied into itself.');
  if (inMemory(place, from) || inMemory(place, to))
    return must(place, from, 'cp', ['-a', from, to], undefined, signal);
  await copyBetween({ place, path: from }, { place, path: to }, signal);
}

/** A path in a place. */
export interface Spot {
  readonly place: Place;
  readonly path: string;
}

/** Copies from one container to another, or within one, streaming. Links stay links. */
export async function copyBetween(from: Spot, to: Spot, signal?: AbortSignal): Promise<void> {
  mayChange(to.place, to.path);
  const { directory, name } = split(to.path);
  await ownerOf(to.place, directory, signal);
  const stream = await openArchive(from.place.client, from.place.id, from.path, signal);
  await putEntries(
    to.place.client,
    to.place.id,
    directory,
    renamed(stream, to.place, directory, name),
    signal,
  );
}

async function* renamed(
  stream: AsyncIterable<Uint8Array>,
  place: Place,
  directory: string,
  name: string,
): AsyncGenerator<Sent> {
  let top: string | undefined;
  for await (const { header, content } of readTar(stream)) {
    top ??= header.name;
    const start = top;
    const place2 = (path: string) => name + path.slice(start.length);
    if (header.type === 'other') continue;
    const linkname =
      header.type === 'link'
        ? linkName(place, directory, posix.join(directory, place2(header.linkname)))
        : header.linkname;
    yield { header: { ...header, name: place2(header.name), linkname }, content };
  }
}

/** A file's content as it comes. @throws EngineError `not-found`, `bad-request` for what is no file */
export async function readFile(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<{
  readonly size: number;
  readonly content: AsyncIterable<Buffer>;
  close(): Promise<void>;
}> {
  if (inMemory(place, path)) {
    const result = await need(place, path, 'cat', [path], undefined, signal);
    if (result.exitCode !== 0)
      throw new EngineError(
        'not-found',
        result.stderr.trim() || `There is no “${seen(place, path)}”.`,
      );
    const content = (async function* () {
      yield result.stdout;
    })();
    return { size: result.stdout.length, content, close: () => Promise.resolve() };
  }
  const { path: real } = await follow(place, path, signal);
  if (inMemory(place, real)) return readFile(place, real, signal);
  const { header, content, close } = await openFile(place.client, place.id, real, signal);
  return { size: header.size, content, close };
}
