import { posix } from 'node:path';
import { EngineError } from '../errors.ts';
import { openArchive, putEntries } from './archive.ts';
import type { Sent } from '../tar/pack.ts';
import { linkName, look, mayChange, ownerOf, ownHead, removePath, split } from './changing.ts';
import { tryInside } from './inside.ts';
import { inMemory, isWithin, seen } from './place.ts';
import type { Place } from './place.ts';
import { must } from './reaching.ts';
import { readTar } from '../tar/reader.ts';

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
  // A link sets the owner anew, which takes setuid and setgid away; see `put` of changing.ts.
  const isPlain = stat.type === 'file' && (stat.mode & 0o6000) === 0;
  if (isPlain && (await linkTo(place, from, to, signal))) return removePath(place, from);
  if (place.running) {
    const moved = await tryInside(place, 'mv', [from, to], undefined, signal);
    if (moved?.exitCode === 0) return;
  }
  await copyPath(place, from, to, signal);
  // No more to be cancelled: what is taken away is soon not whole any more.
  await removePath(place, from);
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
