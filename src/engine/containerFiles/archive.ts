import { Readable } from 'node:stream';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import { pathText } from '../path.ts';
import { parse } from '../transport/answers.ts';
import type { EngineStream } from '../transport/answers.ts';
import { packed } from '../tar/pack.ts';
import type { Sent } from '../tar/pack.ts';
import type { TarHeader } from '../tar/header.ts';
import { readTar } from '../tar/reader.ts';
import type { TarEntry } from '../tar/reader.ts';

/*
 * The engine's archive calls (Engine API: `/containers/{id}/archive`), which work for containers that run, are stopped or were
 * never started, whatever is in them. Paths are absolute, and their last part is not followed when it is a link.
 */

export type FileType = 'file' | 'directory' | 'symlink' | 'other';

/** What the engine tells of a path. */
export interface PathStat {
  readonly type: FileType;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Of a link: where it leads in the end, absolute, which need not exist. */
  readonly target: string | undefined;
}

const at = (id: string, path: string) =>
  `/containers/${pathText(id)}/archive?path=${encodeURIComponent(path)}`;

/** @throws EngineError `not-found` when there is no such path, or no such container */
export async function statPath(
  client: Client,
  id: string,
  path: string,
  signal?: AbortSignal,
): Promise<PathStat> {
  let answer: EngineStream;
  try {
    answer = await client.request({ method: 'HEAD', path: at(id, path), as: 'stream', signal });
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined) throw error;
    // The answer to HEAD has no words; the same question asked by GET says why.
    (await openArchive(client, id, path, signal)).destroy();
    throw error;
  }
  const header = answer.headers['x-docker-container-path-stat'];
  answer.destroy();
  const stat = parse(Buffer.from(typeof header === 'string' ? header : '', 'base64').toString());
  if (!isRaw(stat))
    throw new EngineError('not-an-engine', 'The engine did not tell what the path is.');
  const reader = readFields(stat);
  const goMode = reader.number('mode') ?? 0;
  const type = typeOfMode(goMode);
  return {
    type,
    size: reader.number('size') ?? 0,
    mode: permissionsOf(goMode),
    mtime: Math.floor(Date.parse(reader.text('mtime'))) || 0,
    target: type === 'symlink' ? reader.text('linkTarget') : undefined,
  };
}

/** Go's `os.FileMode`: the type is in the upper bits, and they are not those of Unix. */
function typeOfMode(mode: number): FileType {
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1;
  if (has(31)) return 'directory';
  if (has(27)) return 'symlink';
  return [26, 25, 24, 21, 19].some(has) ? 'other' : 'file';
}

function permissionsOf(mode: number): number {
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1;
  return (mode & 0o777) | (has(23) ? 0o4000 : 0) | (has(22) ? 0o2000 : 0) | (has(20) ? 0o1000 : 0);
}

/** The archive of a path, as a stream. A directory's has all that is below it, in the order of names. */
export function openArchive(
  client: Client,
  id: string,
  path: string,
  signal?: AbortSignal,
): Promise<EngineStream> {
  return client.request({ path: at(id, path), as: 'stream', signal });
}

/** The header of a path itself; what comes after it is not waited for. */
export async function readHead(
  client: Client,
  id: string,
  path: string,
  signal?: AbortSignal,
): Promise<TarHeader> {
  for await (const { header } of readTar(await openArchive(client, id, path, signal)))
    return header;
  throw new EngineError('not-an-engine', 'The engine sent an empty archive.');
}

/** A file that is read as it comes. */
export interface OpenFile {
  readonly header: TarHeader;
  readonly content: AsyncIterable<Buffer>;
  /** Ends the reading. Has to be called. */
  close(): Promise<void>;
}

/** Opens a file. @throws EngineError `bad-request` when it is something else */
export async function openFile(
  client: Client,
  id: string,
  path: string,
  signal?: AbortSignal,
): Promise<OpenFile> {
  const entries = readTar(await openArchive(client, id, path, signal));
  const close = async () => void (await entries.return(undefined));
  const first = await entries.next();
  const entry: TarEntry | undefined = first.done ? undefined : first.value;
  if (entry?.header.type !== 'file') {
    await close();
    throw new EngineError('bad-request', `“${path}” is not a file.`);
  }
  return { ...entry, close };
}

/** Content of a file to be written, and its size in bytes. */
export interface Content {
  readonly size: number;
  /** Permission bits of a file that is new. */
  readonly mode?: number;
  /** Milliseconds since the epoch; the time of writing when it is left out. Not heeded in memory. */
  readonly mtime?: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/**
 * Unpacks entries in a directory, whose path must not lead over a link at its end. The engine unpacks as they come, and what is
 * there by a name of theirs goes before, unless both are directories.
 * @throws EngineError; those before the one that failed have been unpacked then
 */
export async function putEntries(
  client: Client,
  id: string,
  directory: string,
  entries: AsyncIterable<Sent> | Iterable<Sent>,
  signal?: AbortSignal,
): Promise<void> {
  await client.request({
    method: 'PUT',
    path: at(id, directory),
    headers: { 'Content-Type': 'application/x-tar' },
    body: Readable.from(packed(entries), { objectMode: false }),
    as: 'bytes',
    signal,
  });
}
