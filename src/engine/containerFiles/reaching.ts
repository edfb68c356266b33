import { posix } from 'node:path';
import { draftName } from '../../util/draft.ts';
import { EngineError } from '../errors.ts';
import type { Content, PathStat } from './archive.ts';
import { exitOf, startInside, tryInside } from './inside.ts';
import { seen } from './place.ts';
import type { Place } from './place.ts';

/*
 * Files that the archive calls do not reach, or may not replace, by programs of a running container.
 */

/** What is at a path, links followed; undefined when there is nothing. */
export async function statInside(
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

/** So much more is read of a file than was told of it: those of the kernel say 0, and logs grow. Bytes. */
const MOST_UNTOLD = 64 * 1024 * 1024;

/** A file's content by `cat`, as it comes, and the size that is told of it. @throws EngineError as `readFile` */
export async function readInside(place: Place, path: string, signal?: AbortSignal) {
  const stat = await statInside(place, path, signal);
  if (!stat) throw new EngineError('not-found', `There is no “${seen(place, path)}”.`);
  if (stat.type !== 'file')
    throw new EngineError('bad-request', `“${seen(place, path)}” is not a file.`);
  const content = cat(place, path, stat.size + MOST_UNTOLD, signal);
  return { size: stat.size, content, close: async () => void (await content.return()) };
}

/** Leaving the loop ends the program. */
async function* cat(
  place: Place,
  path: string,
  most: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void> {
  // Some engines say in the output that there is no such program, which must not be taken for content.
  const { before } = await need(place, path, 'cat', ['/dev/null'], undefined, signal);
  const session = await startInside(place, [...before, 'cat', path], false, signal);
  let bytes = 0;
  let said = '';
  for await (const { stream, data } of session.output) {
    if (stream === 'stderr') {
      said = data.toString();
      continue;
    }
    bytes += data.length;
    if (bytes > most)
      throw new EngineError(
        'conflict',
        `“${seen(place, path)}” goes on far beyond its size, and was not read to an end.`,
      );
    yield data;
  }
  const exitCode = await exitOf(session, signal);
  if (exitCode !== 0) throw failure('cat', exitCode, said);
}

/** Runs a program that nothing else can stand in for. @throws EngineError `not-supported` when there is none */
export async function need(
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

/** Runs such a program. @throws EngineError with its last words when it fails */
export async function must(...call: Parameters<typeof need>): Promise<void> {
  const { exitCode, stderr } = await need(...call);
  if (exitCode === 0) return;
  throw failure(call[2], exitCode, stderr);
}

function failure(program: string, exitCode: number, stderr: string): EngineError {
  // dd ends with what it counted, and Podman adds words of its own.
  const said = wordsOf(program, stderr) ?? stderr.split('\n').findLast((line) => line.trim());
  return new EngineError(
    'server',
    `${program} failed: ${said?.trim() ?? `exit code ${exitCode}`}`,
    {
      detail: stderr,
    },
  );
}

/** What a program says of a failure begins with its name. */
const wordsOf = (program: string, stderr: string): string | undefined =>
  stderr.split('\n').findLast((line) => line.startsWith(`${program}: `));

/** By programs, in memory: beside the file, and then in its place. */
export async function writeInside(
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
    if (before) await run('chown', `${before.uid}:${before.gid}`, draft);
    const mode = before?.mode ?? content.mode;
    if (mode !== undefined) await run('chmod', mode.toString(8), draft);
    await run('mv', '-f', draft, path);
  } finally {
    await tryInside(place, 'rm', ['-f', draft]);
  }
}

/**
 * By programs, for a file that is mounted by itself, such as /etc/hosts, and so cannot be replaced: all is there before it is
 * touched, and what it held is put back when it could not be written whole.
 */
export async function writeMounted(
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
  const to = `of=${draft}`;
  const wrote = await need(place, path, 'dd', [to, 'bs=64k'], content.bytes, signal);
  const arrived = await statInside(place, draft, signal);
  if (wrote.exitCode !== 0) {
    // Podman loses the words of a program that ends before it has read what it is sent. One byte more it reads, and fails again.
    if (!wordsOf('dd', wrote.stderr))
      await must(place, path, 'dd', [to, 'bs=1', `seek=${arrived?.size ?? 0}`], oneByte, signal);
    throw failure('dd', wrote.exitCode, wrote.stderr);
  }
  if (arrived?.size !== content.size)
    throw new EngineError(
      'dropped',
      `“${seen(place, path)}” did not arrive whole, and is as it was.`,
    );
}

async function* oneByte() {
  yield Buffer.from([0]);
}
