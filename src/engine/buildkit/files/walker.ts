import { Worker } from 'node:worker_threads';
import { EngineError } from '../../errors.ts';
import { attributeReader } from './attributes.ts';
import type { KnownFiles } from './attributes.ts';
import { list } from './list.ts';
import type { StatBatch } from './packet.ts';
import type { WalkRequest } from './walk.ts';
import type { FromThread, ToThread } from './walkerThread.ts';

/** Lists folders, in a worker where there can be one. */
export interface Walker {
  /**
   * Lists a folder, which starts at once. Yields stat packets as they are found; throws EngineError that names what could
   * not be read, and 'cancelled' soon after `signal` fires.
   */
  walk(request: WalkRequest, signal?: AbortSignal): AsyncIterable<StatBatch>;
  /** Ends the worker; the walks that are under way fail. */
  close(): void;
}

export interface WalkerOptions {
  /** The module walkerThread.ts, or what it was bundled to. Without it folders are listed here, in slices. */
  readonly thread?: URL | undefined;
  /** Node's options for the worker, such as those that let it load TypeScript. */
  readonly execArgv?: readonly string[] | undefined;
  /** Milliseconds without a walk after which the worker ends, to be started anew when there is one. Default: a minute. */
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
  let walks = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const end = (): void => {
    thread?.stop();
    thread = undefined;
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
    walks++;
    clearTimeout(timer);
  };
  const finish = (): void => {
    if (--walks > 0 || closed) return;
    timer = setTimeout(end, idle);
    timer.unref();
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

function cancelled(): EngineError {
  return new EngineError('cancelled', 'Cancelled.');
}

interface Thread {
  walk(
    request: WalkRequest,
    signal: AbortSignal | undefined,
    onKnown: (known: KnownFiles) => void,
  ): AsyncIterable<StatBatch>;
  /** Why it can't be used any more. */
  failure(): EngineError | undefined;
  /** Whether it ever could. */
  wasReady(): boolean;
  stop(): void;
}

/** What has come of a walk and who waits for more. */
interface Inbox {
  readonly batches: StatBatch[];
  ended: boolean;
  error: Error | undefined;
  wake: (() => void) | undefined;
  readonly onKnown: (known: KnownFiles) => void;
}

function startThread(module: URL, execArgv: readonly string[] | undefined): Thread {
  const inboxes = new Map<number, Inbox>();
  let last = 0;
  let ready = false;
  let failure: EngineError | undefined;

  const fail = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    failure ??= new EngineError('server', `The worker that lists files failed: ${why}`, {
      cause: error,
    });
    for (const inbox of inboxes.values()) {
      inbox.error = failure;
      inbox.wake?.();
    }
    inboxes.clear();
  };
  const worker = spawn(module, execArgv, fail);
  worker?.on('message', (message: FromThread) => {
    if (message.kind === 'ready') {
      ready = true;
      return;
    }
    const inbox = inboxes.get(message.id);
    if (!inbox) return;
    if (message.kind === 'batch') inbox.batches.push(message.batch);
    else {
      inbox.ended = true;
      drop(message.id);
      if (message.kind === 'done' && message.known) inbox.onKnown(message.known);
      if (message.kind === 'failed') inbox.error = new EngineError(message.reason, message.message);
    }
    inbox.wake?.();
  });

  const post = (message: ToThread): void => worker?.postMessage(message, []);
  /** The worker keeps the process alive while it has something to do. */
  const drop = (id: number): boolean => {
    const there = inboxes.delete(id);
    if (inboxes.size === 0) worker?.unref();
    return there;
  };
  return {
    walk: (request, signal, onKnown) => {
      const id = ++last;
      const inbox: Inbox = { batches: [], ended: false, error: failure, wake: undefined, onKnown };
      if (!failure && !signal?.aborted) {
        inboxes.set(id, inbox);
        worker?.ref();
        post({ kind: 'walk', id, request });
      }
      return read(inbox, signal, () => {
        if (drop(id)) post({ kind: 'cancel', id });
      });
    },
    failure: () => failure,
    wasReady: () => ready,
    stop: () => {
      fail('It was ended.');
      void worker?.terminate();
    },
  };
}

function spawn(
  module: URL,
  execArgv: readonly string[] | undefined,
  fail: (error: unknown) => void,
): Worker | undefined {
  try {
    const worker = new Worker(module, execArgv ? { execArgv: [...execArgv] } : {});
    worker.on('error', fail);
    worker.on('exit', () => fail('It ended.'));
    worker.unref();
    return worker;
  } catch (error) {
    fail(error);
    return undefined;
  }
}

async function* read(
  inbox: Inbox,
  signal: AbortSignal | undefined,
  leave: () => void,
): AsyncGenerator<StatBatch, void> {
  const wake = (): void => inbox.wake?.();
  signal?.addEventListener('abort', wake);
  try {
    for (;;) {
      if (signal?.aborted) throw cancelled();
      const batch = inbox.batches.shift();
      if (batch) yield batch;
      else if (inbox.error) throw inbox.error;
      else if (inbox.ended) return;
      else
        await new Promise<void>((resolve) => {
          inbox.wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener('abort', wake);
    leave();
  }
}
