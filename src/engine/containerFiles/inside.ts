import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors.ts';
import { startExec } from '../exec.ts';
import type { Session } from '../session.ts';
import type { FileType } from './archive.ts';
import type { Entry } from './listing.ts';
import type { Place } from './place.ts';

/*
 * What programs in a running container tell and do where the archive calls see nothing (file systems in memory) or would have to
 * send all that is below a directory. Programs get paths as arguments, never through a shell.
 */

interface Result {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Starts a program as root. */
export function startInside(
  { client, id }: Place,
  cmd: readonly string[],
  stdin: boolean,
  signal?: AbortSignal,
): Promise<Session> {
  const env = ['LC_ALL=C', 'QUOTING_STYLE=literal'];
  return startExec(client, id, { cmd, env, user: '0', stdin }, signal);
}

/** The exit code of a program whose output has been read. @throws EngineError where it was cut off */
export async function exitOf({ ended }: Session, signal?: AbortSignal): Promise<number> {
  const { exitCode, message } = await ended;
  if (exitCode !== undefined) return exitCode;
  throw new EngineError(
    signal?.aborted ? 'cancelled' : 'dropped',
    message ?? 'The program was cut off.',
  );
}

/** Runs a program as root to its end, with `input` for it to read. Output is held, so it is for what is known to be bounded. */
export async function runInside(
  place: Place,
  cmd: readonly string[],
  input?: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<Result> {
  const session = await startInside(place, cmd, !!input, signal);
  const feeding = input ? feed(session, input) : Promise.resolve();
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for await (const { stream, data } of session.output) parts[stream].push(data);
  await feeding;
  return {
    exitCode: await exitOf(session, signal),
    stdout: Buffer.concat(parts.stdout),
    stderr: Buffer.concat(parts.stderr).toString(),
  };
}

async function feed(session: Session, input: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of input) await session.write(piece);
    session.endInput();
  } catch (error) {
    session.close();
    throw error;
  }
}

/** The words of an engine for a program that is not there: some say them in an error, some as output with a code. */
const missing =
  /executable file not found|no such file or directory|permission denied|exec format|not found/i;

/**
 * Runs one of the calls that stands for the same program; undefined when there is no such program. `before` is what it was called
 * by: nothing, or busybox.
 */
export async function tryInside(
  place: Place,
  program: string,
  args: readonly string[],
  input?: () => AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<(Result & { readonly before: readonly string[] }) | undefined> {
  for (const before of [[], ['busybox']]) {
    try {
      const result = await runInside(place, [...before, program, ...args], input?.(), signal);
      if (result.exitCode !== 126 && result.exitCode !== 127) return { ...result, before };
    } catch (error) {
      if (
        !(error instanceof EngineError) ||
        !missing.test(`${error.message} ${error.detail ?? ''}`)
      )
        throw error;
      // There is no such container, rather than no such program.
      if (error.reason === 'not-found' && /no such container/i.test(error.message)) throw error;
    }
  }
  return undefined;
}

/** Bits of `st_mode` that tell the type. */
const kinds: Readonly<Record<number, FileType>> = {
  0o100000: 'file',
  0o040000: 'directory',
  0o120000: 'symlink',
};

/** Lists a directory by `find` and `stat`. Undefined when the container lacks them. @throws EngineError `not-found` */
export async function listInside(
  place: Place,
  directory: string,
  signal?: AbortSignal,
): Promise<readonly Entry[] | undefined> {
  // No file can be called by what is made up here, so none is taken for two.
  const mark = randomUUID();
  const run = async (
    program: readonly string[],
    only: readonly string[],
    follow: readonly string[],
  ) => {
    const format = `${mark} %f %s %u %g %Y %n${mark} %N`;
    const stat = [...program.slice(0, -1), 'stat', ...follow, '-c', format, '{}', '+'];
    const path = directory === '/' ? '/' : `${directory}/`;
    const cmd = [...program, path, '-mindepth', '1', '-maxdepth', '1', ...only, '-exec', ...stat];
    return runInside(place, cmd, undefined, signal);
  };
  const { tools } = place;
  for (const program of tools.find ?? [['find'], ['busybox', 'find']]) {
    let result: Result;
    try {
      result = await run(program, [], []);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const said = `${error.message} ${error.detail ?? ''}`;
      // It stopped since it was looked at: then its archive tells all.
      if (/not running/i.test(said)) return undefined;
      if (!missing.test(said)) throw error;
      continue;
    }
    const entries = readListing(result.stdout.toString(), mark);
    if (entries.length === 0 && result.exitCode !== 0) {
      if (/No such file|Not a directory/.test(result.stderr) && !/stat/.test(result.stderr))
        throw new EngineError('not-found', `There is no directory “${directory}”.`);
      continue;
    }
    tools.find = [program];
    if (!entries.some(({ type }) => type === 'symlink')) return entries;
    const links = await run(program, ['-type', 'l'], ['-L']);
    const leads = new Map(
      readListing(links.stdout.toString(), mark).map(({ name, type }) => [name, type]),
    );
    return entries.map((entry) =>
      entry.type === 'symlink' ? { ...entry, leadsTo: leads.get(entry.name) } : entry,
    );
  }
  tools.find = [];
  return undefined;
}

function readListing(output: string, mark: string): Entry[] {
  const parts = output.split(`${mark} `).slice(1);
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const fields = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+) ([^]*)$/.exec(parts[at] ?? '');
    if (!fields) continue;
    const [, mode = '0', size, uid, gid, mtime, path = ''] = fields;
    const bits = Number.parseInt(mode, 16);
    const type = kinds[bits & 0o170000] ?? 'other';
    const quoted = (parts[at + 1] ?? '').replace(/\n$/, '');
    entries.push({
      name: path.slice(path.lastIndexOf('/') + 1),
      type,
      size: Number(size),
      mode: bits & 0o7777,
      uid: Number(uid),
      gid: Number(gid),
      mtime: Number(mtime) * 1000,
      link: type === 'symlink' ? targetOf(quoted, path) : undefined,
      leadsTo: undefined,
    });
  }
  return entries;
}

/** GNU's `stat` writes `name -> target` when told to, that of busybox `'name' -> 'target'`. */
function targetOf(quoted: string, path: string): string {
  if (quoted.startsWith(`${path} -> `)) return quoted.slice(path.length + 4);
  return quoted.slice(path.length + 2 + 4 + 1, -1);
}
