import { Worker } from 'node:worker_threads';
import { EngineError } from '../../errors.ts';
import { cancelled } from '../../transport/failures.ts';
import type { KnownFiles } from './attributes.ts';
import type { FileRequest } from './fileRequest.ts';
import type { Packed } from './packFiles.ts';
import type { StatBatch } from './statBatch.ts';
import type { WalkRequest } from './walk.ts';
import type { FromThread, ToThread } from './walkerThread.ts';

/** A running worker, as those see it who want something of it: see {@link Walker} for what. */
export interface Thread {
  walk(
    request: WalkRequest,
    signal: AbortSignal | undefined,
    onKnown: (known: KnownFiles) => void,
  ): AsyncIterable<StatBatch>;
  pack(files: readonly FileRequest[], memory: SharedArrayBuffer): Promise<Packed>;
  /** Why it can't be used any more: 'cancelled' once it was stopped. */
  failure(): EngineError | undefined;
  /** Whether it ever could. */
  wasReady(): boolean;
  stop(): void;
}

/** Something that the worker was asked for. */
interface Job {
  readonly onMessage: (message: FromThread) => void;
  readonly onFailure: (error: EngineError) => void;
}

/**
 * Starts the worker, which doesn't keep the process alive while it has nothing to do.
 * @param module walkerThread.ts, or what it was bundled to
 */
export function startThread(module: URL, execArgv: readonly string[] | undefined): Thread {
  const jobs = new Map<number, Job>();
  let last = 0;
  let ready = false;
  let failure: EngineError | undefined;

  const end = (error: EngineError): void => {
    failure ??= error;
    for (const job of jobs.values()) job.onFailure(failure);
    jobs.clear();
  };
  const fail = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    end(new EngineError('server', `The worker that reads files failed: ${why}`, { cause: error }));
  };
  const worker = spawn(module, execArgv, fail);
  worker?.on('message', (message: FromThread) => {
    if (message.kind === 'ready') {
      ready = true;
      return;
    }
    const job = jobs.get(message.id);
    if (message.kind !== 'batch') drop(message.id);
    job?.onMessage(message);
  });

  const begin = (job: Job): number => {
    jobs.set(++last, job);
    worker?.ref();
    return last;
  };
  const drop = (id: number): boolean => {
    const there = jobs.delete(id);
    if (jobs.size === 0) worker?.unref();
    return there;
  };
  const post = (message: ToThread): void => worker?.postMessage(message, []);

  return {
    walk: (request, signal, onKnown) => {
      const inbox: Inbox = { batches: [], ended: false, error: failure, wake: undefined };
      let id: number | undefined;
      if (!failure && !signal?.aborted) {
        id = begin({
          onMessage: (message) => {
            if (message.kind === 'batch') inbox.batches.push(message.batch);
            else inbox.ended = true;
            if (message.kind === 'done' && message.known) onKnown(message.known);
            if (message.kind === 'failed') inbox.error = errorOf(message);
            inbox.wake?.();
          },
          onFailure: (error) => {
            inbox.error = error;
            inbox.wake?.();
          },
        });
        post({ kind: 'walk', id, request });
      }
      return read(inbox, signal, () => {
        if (id !== undefined && drop(id)) post({ kind: 'cancel', id });
      });
    },
    pack: (files, memory) =>
      new Promise((resolve, reject) => {
        if (failure) throw failure;
        const id = begin({
          onMessage: (message) => {
            if (message.kind === 'packed') resolve(message.packed);
            else if (message.kind === 'failed') reject(errorOf(message));
          },
          onFailure: reject,
        });
        post({ kind: 'pack', id, files, memory });
      }),
    failure: () => failure,
    wasReady: () => ready,
    stop: () => {
      end(cancelled());
      void worker?.terminate();
    },
  };
}

function errorOf({ reason, message }: Extract<FromThread, { kind: 'failed' }>): EngineError {
  return new EngineError(reason, message);
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

/** What has come of a walk and who waits for more. */
interface Inbox {
  readonly batches: StatBatch[];
  ended: boolean;
  error: Error | undefined;
  wake: (() => void) | undefined;
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
