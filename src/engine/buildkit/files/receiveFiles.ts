import { realpath } from 'node:fs/promises';
import { filesError, makeFolder } from '../../files.ts';
import { EngineError } from '../../errors.ts';
import type { Exchange } from '../grpc/exchange.ts';
import { GrpcError, code } from '../grpc/status.ts';
import { openDestination } from './destination.ts';
import type { Destination, IncomingFile } from './destination.ts';
import { readable } from './names.ts';
import { isRegular, mode, packet, readPacket, smallPacket } from './packet.ts';
import type { Stat } from './packet.ts';

/** What has come. */
export interface FilesReceived {
  readonly files: number;
  /** Of files' contents. */
  readonly bytes: number;
  /** Paths of devices and pipes, which Node can't make. */
  readonly skipped: readonly string[];
}

export interface ReceiveOptions {
  /** Default: as on this machine. */
  readonly windows?: boolean | undefined;
}

/** How many files are asked for before the first of them has come, and how many that have come may be finished at once. */
const AHEAD = 64;

/**
 * Takes the files of a build's result (`/moby.filesync.v1.FileSend/DiffCopy` of the exporter `local`) into a folder, which
 * is made when it isn't there. What else is in the folder stays; a file takes the place of a file or link of its name, and
 * never that of a folder. Whatever the engine sends, nothing is written outside of the folder. Modes and times are those
 * of the result, the owner is whoever we are. A file takes its place when it is complete.
 *
 * Throws EngineError that names the file, after it has told the engine; GrpcError with what the engine said.
 */
export async function receiveFiles(
  dest: string,
  exchange: Exchange,
  options: ReceiveOptions = {},
): Promise<FilesReceived> {
  const received = { files: 0, bytes: 0, skipped: [] as string[] };
  const open = new Map<number, IncomingFile>();
  const ending = new Set<Promise<void>>();
  try {
    const destination = openDestination(await prepare(dest));
    await take(exchange, { destination, received, open, ending, ...options });
    return received;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // When the call has ended nobody is there to be told.
    if (!exchange.signal.aborted)
      void exchange.send(smallPacket(packet.error, { text })).catch(() => {});
    throw error;
  } finally {
    await Promise.allSettled(ending);
    for (const file of open.values()) await file.discard();
  }
}

async function prepare(dest: string): Promise<string> {
  try {
    await makeFolder(dest);
    return await realpath(dest);
  } catch (error) {
    throw filesError(error, `The folder “${readable(dest)}” could not be made`);
  }
}

interface Taking extends ReceiveOptions {
  readonly destination: Destination;
  readonly received: { files: number; bytes: number; skipped: string[] };
  /** Files that have been asked for and begun, by their place in the list. */
  readonly open: Map<number, IncomingFile>;
  /** Files that have come and are taking their places; one that can't stays here with its error. */
  readonly ending: Set<Promise<void>>;
}

async function take(exchange: Exchange, taking: Taking): Promise<void> {
  const { destination, received, open, ending, windows } = taking;
  const accept = createChecks(windows ?? process.platform === 'win32');
  /** Regular files; those from `first` on have not been asked for yet. */
  const waiting: { readonly id: number; readonly stat: Stat }[] = [];
  const asked = new Map<number, Stat>();
  const hardlinks: Stat[] = [];
  let next = 0;
  let first = 0;
  let listed = false;
  let finished = false;

  const ask = async (): Promise<void> => {
    while (asked.size < AHEAD) {
      const file = waiting[first];
      if (!file) break;
      first++;
      asked.set(file.id, file.stat);
      await exchange.send(smallPacket(packet.request, { id: file.id }));
    }
    if (!listed || finished || asked.size > 0) return;
    finished = true;
    await Promise.all(ending);
    for (const stat of hardlinks) await destination.hardlink(stat);
    await destination.finish();
    await exchange.send(smallPacket(packet.finished));
  };

  const list = async (stat: Stat): Promise<void> => {
    if (listed) throw malformed('it went on with a list that had ended');
    const id = next++;
    accept(stat);
    const bits = stat.mode;
    if (bits & mode.directory) await destination.directory(stat);
    else if (bits & mode.symlink) await destination.symlink(stat);
    else if (!isRegular(bits)) received.skipped.push(stat.path);
    else if (stat.linkname !== '') hardlinks.push(stat);
    else waiting.push({ id, stat });
  };

  /** Many small files come sooner than one after the other could be given its rights, time and name. */
  const end = (file: IncomingFile): void => {
    const taken = async (): Promise<void> => {
      await file.complete();
      received.files++;
      ending.delete(done);
    };
    const done: Promise<void> = taken();
    ending.add(done);
    // Whoever waits next is told.
    done.catch(() => {});
  };

  const write = async (id: number, data: Uint8Array): Promise<void> => {
    const stat = asked.get(id);
    if (!stat) throw malformed('it sent a file that nobody asked for');
    let file = open.get(id);
    if (!file) {
      file = await destination.file(stat);
      open.set(id, file);
    }
    if (data.length > 0) {
      await file.write(data);
      received.bytes += data.length;
    } else {
      open.delete(id);
      asked.delete(id);
      end(file);
      const [oldest] = ending;
      if (ending.size >= AHEAD) await oldest;
    }
  };

  for await (const message of exchange.messages) {
    const { type, id, stat, data } = readPacket(message);
    if (type === packet.stat && stat) await list(stat);
    else if (type === packet.stat) listed = true;
    else if (type === packet.data) await write(id, data);
    else if (type === packet.error)
      throw new GrpcError(code.unknown, `error from sender: ${Buffer.from(data).toString()}`);
    // It answers our own.
    else if (type === packet.finished) return;
    await ask();
  }
  if (!finished) throw malformed('it left before all files had come');
}

/** Accepts entries one by one; throws EngineError for one that is none of a folder's, or has no directory to be in. */
function createChecks(windows: boolean): (stat: Stat) => void {
  const directories = new Set<string>(['']);
  const paths = new Set<string>();
  const files = new Set<string>();
  return ({ path, mode: bits, linkname }) => {
    const parts = path.split('/');
    const odd = parts.some((part) => part === '' || part === '.' || part === '..');
    // A drive, a stream of a file, or more parts than there seem to be.
    if (odd || path.includes('\0') || (windows && /[\\:]/.test(path)))
      throw malformed(`it sent a file with the path “${readable(path)}”`);
    if (!directories.has(parts.slice(0, -1).join('/')))
      throw malformed(`it sent “${readable(path)}” without the directory that it is in`);
    if (paths.has(path)) throw malformed(`it sent “${readable(path)}” twice`);
    paths.add(path);
    if (bits & mode.directory) directories.add(path);
    else if (isRegular(bits) && linkname === '') files.add(path);
    else if (isRegular(bits) && !files.has(linkname))
      throw malformed(
        `it sent “${readable(path)}” as another name of “${readable(linkname)}”, which is no file of its`,
      );
  };
}

function malformed(what: string): EngineError {
  return new EngineError('server', `The engine’s files were refused: ${what}.`);
}
