import { setImmediate } from 'node:timers/promises';
import { cancelled } from '../../transport/failures.ts';
import { attributeReader } from './attributes.ts';
import type { KnownFiles } from './attributes.ts';
import type { FileRequest } from './fileRequest.ts';
import { list } from './list.ts';
import { packFiles, packMemory } from './packFiles.ts';
import type { StatBatch } from './statBatch.ts';
import { startThread } from './thread.ts';
import type { Thread } from './thread.ts';
import type { WalkRequest } from './walk.ts';

/** Files in the packets that they are sent in: see {@link packFiles}. */
export interface Pack {
  readonly bytes: Uint8Array;
  /** Those that have grown or shrunk since they were listed, and are not in it. */
  readonly resized: readonly FileRequest[];
  /** Gives its memory back, for another pack. Only the first call counts. */
  done(): void;
}

/** Lists folders and reads the files in them, in a worker where there can be one. */
export interface Walker {
  /**
   * Lists a folder, which starts at once. Yields stat packets as they are found; throws EngineError that names what could
   * not be read, and 'cancelled' soon after `signal` fires.
   */
  walk(request: WalkRequest, signal?: AbortSignal): AsyncIterable<StatBatch>;
  /** Reads files, no more than PACK allows. Throws EngineError that names the one that could not be read. */
  pack(files: readonly FileRequest[]): Promise<Pack>;
  /** Ends the worker; what is under way is 'cancelled'. */
  close(): void;
}

export interface WalkerOptions {
  /** The module walkerThread.ts, or what it was bundled to. Without it all is done here, in slices. */
  readonly thread?: URL | undefined;
  /** Node's options for the worker, such as those that let it load TypeScript. */
  readonly execArgv?: readonly string[] | undefined;
  /** Milliseconds without work after which the worker ends, to be started anew when there is some. Default: a minute. */
  readonly idle?: number | undefined;
}

/** Milliseconds for which listing a folder here may keep all others waiting. */
const SLICE = 8;

/** Of so many lists it is known which files' attributes need not be read again. */
const KEPT = 16;

/** Makes a walker. Its worker is started now, for that takes a while, and doesn't keep the process alive. */
export function createWalker(options: WalkerOptions = {}): Walker {
  const idle = options.idle ?? 60_000;
  let thread = options.thread && startThread(options.thread, options.execArgv);
  let unusable = !options.thread;
  /** Outlives the worker: builds are often more than a minute apart. */
  const known = new Map<string, KnownFiles>();
  /** Memory of packs that were sent. */
  let spare: SharedArrayBuffer[] = [];
  let jobs = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const end = (): void => {
    thread?.stop();
    thread = undefined;
    spare = [];
  };
  const current = (): Thread | undefined => {
    if (thread?.failure()) {
      // One that broke down at once would do so again.
      unusable ||= !thread.wasReady();
      thread = undefined;
    }
    if (options.thread && !unusable) thread ??= startThread(options.thread, options.execArgv);
    return thread;
  };
  const begin = (): void => {
    jobs++;
    clearTimeout(timer);
  };
  const finish = (): void => {
    if (--jobs > 0 || closed) return;
    timer = setTimeout(end, idle);
    timer.unref();
  };

  const pack = async (files: readonly FileRequest[], memory: SharedArrayBuffer) => {
    const used = current();
    try {
      if (used) return await used.pack(files, memory);
    } catch (error) {
      // A worker that can't be started, or broke down, is no reason not to build.
      if (closed || error !== used?.failure()) throw error;
    }
    // Others have their turn between two packs.
    await setImmediate();
    return packFiles(files, memory);
  };

  return {
    walk: (asked, signal) => {
      begin();
      const key = JSON.stringify([asked.root, asked.filter]);
      const request = { ...asked, known: known.get(key) };
      const onKnown = (files: KnownFiles): void => {
        known.delete(key);
        known.set(key, files);
        for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old);
      };
      const used = closed ? undefined : current();
      const stream = used?.walk(request, signal, onKnown);
      const broke = (error: unknown): boolean => !closed && error === used?.failure();
      return iterate({ request, signal, stream, finish, broke, onKnown, isClosed: () => closed });
    },
    pack: async (files) => {
      begin();
      try {
        if (closed) throw cancelled();
        const memory = spare.pop() ?? packMemory();
        const { length, resized } = await pack(files, memory);
        let used = true;
        return {
          bytes: new Uint8Array(memory, 0, length),
          resized: files.filter((_, place) => resized.includes(place)),
          done: () => {
            if (used) spare.push(memory);
            used = false;
          },
        };
      } finally {
        finish();
      }
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      end();
    },
  };
}

interface Iteration {
  readonly request: WalkRequest;
  readonly signal: AbortSignal | undefined;
  readonly stream: AsyncIterable<StatBatch> | undefined;
  readonly finish: () => void;
  /** Whether an error says that the worker itself failed, not what it did. */
  readonly broke: (error: unknown) => boolean;
  readonly onKnown: (known: KnownFiles) => void;
  readonly isClosed: () => boolean;
}

async function* iterate(iteration: Iteration): AsyncGenerator<StatBatch, void> {
  const { request, signal, stream, finish, broke, onKnown, isClosed } = iteration;
  let begun = false;
  try {
    if (isClosed()) throw cancelled();
    if (stream) {
      try {
        for await (const batch of stream) {
          begun = true;
          yield batch;
        }
        return;
      } catch (error) {
        // A worker that can't be started is no reason not to build.
        if (begun || !broke(error)) throw error;
      }
    }
    yield* walkHere(request, signal, onKnown);
  } finally {
    finish();
  }
}

async function* walkHere(
  request: WalkRequest,
  signal: AbortSignal | undefined,
  onKnown: (known: KnownFiles) => void,
) {
  const check = () => {
    if (signal?.aborted) throw cancelled();
    return true;
  };
  check();
  const options = { slice: SLICE, attributes: attributeReader(), check, onKnown };
  for await (const batch of list(request, options)) {
    check();
    yield batch;
  }
}
