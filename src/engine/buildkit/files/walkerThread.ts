import { parentPort } from 'node:worker_threads';
import { EngineError } from '../../errors.ts';
import type { Reason } from '../../errors.ts';
import { attributeReader } from './attributes.ts';
import type { KnownFiles } from './attributes.ts';
import type { FileRequest } from './fileRequest.ts';
import { list } from './list.ts';
import { packFiles } from './packFiles.ts';
import type { Packed } from './packFiles.ts';
import type { StatBatch } from './statBatch.ts';
import type { WalkRequest } from './walk.ts';

/** The worker that lists folders and reads files, so that no one waits for the disk but it. It is a bundle of its own. */

export type ToThread =
  | { readonly kind: 'walk'; readonly id: number; readonly request: WalkRequest }
  | { readonly kind: 'cancel'; readonly id: number }
  | {
      readonly kind: 'pack';
      readonly id: number;
      readonly files: readonly FileRequest[];
      readonly memory: SharedArrayBuffer;
    };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'batch'; readonly id: number; readonly batch: StatBatch }
  | { readonly kind: 'done'; readonly id: number; readonly known?: KnownFiles | undefined }
  | { readonly kind: 'packed'; readonly id: number; readonly packed: Packed }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly reason: Reason;
      readonly message: string;
    };

/**
 * Milliseconds after which others have their turn: a build asks for the Dockerfile and what ignores files, one after the other,
 * while its context is being listed.
 */
const SLICE = 1;

const port = parentPort;
if (port) {
  const running = new Set<number>();
  const attributes = attributeReader();
  const post = (message: FromThread, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);

  const fail = (id: number, error: unknown): void => {
    const { reason, message } =
      error instanceof EngineError ? error : new EngineError('server', String(error));
    post({ kind: 'failed', id, reason, message });
  };

  const run = async (id: number, request: WalkRequest): Promise<void> => {
    try {
      let known: KnownFiles | undefined;
      const check = () => running.has(id);
      const onKnown = (files: KnownFiles) => (known = files);
      for await (const batch of list(request, { slice: SLICE, attributes, check, onKnown })) {
        if (!check()) return;
        post({ kind: 'batch', id, batch }, [batch.bytes.buffer, batch.bounds.buffer]);
      }
      post({ kind: 'done', id, known });
    } catch (error) {
      fail(id, error);
    } finally {
      running.delete(id);
    }
  };

  const pack = ({ id, files, memory }: Extract<ToThread, { kind: 'pack' }>): void => {
    try {
      post({ kind: 'packed', id, packed: packFiles(files, memory) });
    } catch (error) {
      fail(id, error);
    }
  };

  port.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') running.delete(message.id);
    else if (message.kind === 'pack') pack(message);
    else {
      running.add(message.id);
      void run(message.id, message.request);
    }
  });
  post({ kind: 'ready' });
}
