import { posix } from 'node:path';
import { draftName } from '../../util/draft.ts';
import { EngineError } from '../errors.ts';
import { openFile, putEntries, readHead, statPath } from './archive.ts';
import { newHeader } from '../tar/pack.ts';
import type { Content, PathStat } from './archive.ts';
import { isGone } from './failures.ts';
import { tryInside } from './inside.ts';
import { must, readInside, statInside, writeInside, writeMounted } from './reaching.ts';
import { follow, inMemory, isWithin, seen } from './place.ts';
import type { Place } from './place.ts';
import type { TarHeader } from '../tar/header.ts';

/*
 * Changing files by the archive calls alone, which work for containers without programs and those that do not run. What makes it
 * possible: the engine unpacks entry after entry and takes away what is there by the name of the next one. So a file is sent
 * under a name of its own, and a hard link, which takes no time and cannot come in half, puts it in its place; and a link to
 * itself takes away what is there, and then has nothing to lead to.
 */

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

/** @throws EngineError where nothing can be changed, and for the root */
export function mayChange(place: Place, path: string): void {
  if (place.fixed !== undefined) throw new EngineError('forbidden', place.fixed);
  if (path === (place.base || '/'))
    throw new EngineError('bad-request', 'The root itself cannot be replaced, renamed or removed.');
}

/** The name that a hard link's target has to be called by: Docker takes it from where it unpacks, Podman from the root. */
export function linkName(place: Place, directory: string, path: string): string {
  if (!place.client.engine.podman) return posix.relative(directory, path);
  const root = place.mounts
    .filter((mount) => isWithin(directory, mount))
    .reduce((longest, mount) => (mount.length > longest.length ? mount : longest), '/');
  return posix.relative(root, path);
}

export const split = (path: string) => ({
  directory: posix.dirname(path),
  name: posix.basename(path),
});

/**
 * Writes a file where a path leads, as it was or as it is now and never anything in between. One that is there keeps its owner,
 * its mode and those extended attributes that the engine tells of; a new one belongs to whom its directory belongs.
 * @returns whether one was there before
 * @throws EngineError `bad-request` where something else than a file is
 */
export async function writeFile(
  place: Place,
  path: string,
  content: Content,
  signal?: AbortSignal,
): Promise<boolean> {
  const stat = await look(place, path, signal);
  const real = stat?.type === 'symlink' ? (await follow(place, path, signal)).path : path;
  const before = real === path ? stat : await look(place, real, signal);
  if (before && before.type !== 'file')
    throw new EngineError('bad-request', `“${seen(place, path)}” is not a file.`);
  await put(place, real, before, content, signal);
  return before !== undefined;
}

/** @param path over no link at its end; `before` is what is there */
async function put(
  place: Place,
  path: string,
  before: PathStat | undefined,
  content: Content,
  signal?: AbortSignal,
): Promise<void> {
  mayChange(place, path);
  if (inMemory(place, path)) return writeInside(place, path, content, signal);
  const { client, id } = place;
  const { directory, name } = split(path);
  const { size, mode = 0o644, mtime = Date.now() } = content;
  const now = { size, mtime };
  const header: TarHeader = before
    ? { ...(await ownHead(place, path, signal)), ...now }
    : newHeader({ name, mode, ...(await ownerOf(place, directory, signal)), ...now });
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

/** Whom a directory belongs to, and so what is made in it. @throws EngineError `not-found` when it is none */
export async function ownerOf(place: Place, directory: string, signal?: AbortSignal) {
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
  const entries = [{ header }];
  // Podman follows a link that is to be taken away, so it becomes a file first, which follows nothing.
  if (place.client.engine.podman && (await look(place, path, signal))?.type !== 'directory')
    entries.unshift({ header: newHeader({ name }) });
  for (let round = 0; round < 2; round++) {
    try {
      await putEntries(place.client, place.id, directory, entries, signal);
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
  if (inMemory(place, path)) return readInside(place, path, signal);
  const { path: real } = await follow(place, path, signal);
  if (inMemory(place, real)) return readInside(place, real, signal);
  const { header, content, close } = await openFile(place.client, place.id, real, signal);
  return { size: header.size, content, close };
}
