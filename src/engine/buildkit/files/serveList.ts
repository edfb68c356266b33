import type { Gate } from '../../allowance.ts';
import { cancelled } from '../../transport/failures.ts';
import type { Exchange } from '../grpc/exchange.ts';
import { HEAD } from '../grpc/frames.ts';
import { GrpcError, code } from '../grpc/status.ts';
import type { FileRequest } from './fileRequest.ts';
import type { Listing } from './listing.ts';
import { PACK } from './packFiles.ts';
import { LIST_END, dataPacket, isRegular, packet, readPacket, smallPacket } from './packet.ts';
import type { Stat } from './packet.ts';
import { CHUNK, sendFile } from './sendFile.ts';
import type { Walker } from './walker.ts';

/** A list that is sent, and what its files are sent from. */
export interface Served {
  readonly listing: Listing;
  /** Reads the files. */
  readonly walker: Walker;
  /** Absolute path of the folder, without links. */
  readonly root: Promise<string>;
  readonly override: { readonly name: string; readonly text: string } | undefined;
  /** Told of all that the engine asks for; no contents are sent while it is shut. */
  readonly gate: Gate;
  /** Counts up. */
  readonly sent: { listed: number; listBytes: number; files: number; bytes: number };
  /** Called when `sent` has changed. */
  readonly report: () => void;
}

/** A file that the engine asked for, by its place in the list. */
interface Asked {
  readonly id: number;
  readonly stat: Stat;
}

/** How many packs of files, or large files, are on their way at a time: one is read while others are sent. */
const AT_ONCE = 4;
/** Milliseconds that an engine which reads nothing any more is given to take in why. */
const PATIENCE = 1_000;

/**
 * Sends a list and, at the same time, the files that are asked for by their place in it, until the engine has all that it
 * wants. When something fails the engine is told in a packet, and what failed is thrown: EngineError that names the file,
 * or GrpcError with what the engine said.
 */
export async function serveList(exchange: Exchange, served: Served): Promise<void> {
  const { listing, walker, root, override, gate, sent, report } = served;
  /** What the engine has asked for, by its place in the list: hundreds of thousands may wait at once. */
  const asked: number[] = [];
  let taken = 0;
  let working = 0;
  const tasks = new Set<Promise<void>>();
  let stopped = false;

  const send = async (...packets: readonly Uint8Array[]): Promise<void> => {
    if (stopped) throw cancelled();
    await exchange.send(...packets);
  };

  const sendList = async (): Promise<void> => {
    for await (const { bytes, bounds } of listing.batches()) {
      if (stopped) throw cancelled();
      const count = bounds.length / 2;
      sent.listed += count;
      sent.listBytes += bytes.length - HEAD * count;
      await exchange.sendFrames(bytes);
      report();
    }
    await send(LIST_END);
  };

  const statOf = (id: number): Stat => {
    const stat = listing.entry(id);
    if (!stat || !isRegular(stat.mode))
      throw new GrpcError(code.invalidArgument, `invalid file id ${id}`);
    return stat;
  };
  /** Whether a file goes into a pack with others. */
  const packs = ({ path, size }: Stat): boolean => size <= CHUNK && path !== override?.name;

  /** The next that are asked for: small files as many as go together, or one of another kind. */
  const next = (): Asked[] => {
    const files: Asked[] = [];
    for (let bytes = 0; bytes < PACK.bytes && files.length < PACK.files;) {
      const id = asked[taken];
      if (id === undefined) break;
      const stat = statOf(id);
      if (files.length > 0 && !packs(stat)) break;
      taken++;
      files.push({ id, stat });
      bytes += stat.size;
      if (!packs(stat)) break;
    }
    return files;
  };

  const count = (bytes: number, files = 0): void => {
    sent.bytes += bytes;
    sent.files += files;
    report();
  };
  const requestOf = async ({ id, stat }: Asked): Promise<FileRequest> => {
    return { id, name: stat.path, path: `${await root}/${stat.path}`, size: stat.size };
  };

  const sendPack = async (files: readonly Asked[]): Promise<void> => {
    const { bytes, resized, done } = await walker.pack(await Promise.all(files.map(requestOf)));
    if (stopped) throw cancelled();
    await exchange.sendFrames(bytes);
    done();
    const sizeOf = (some: readonly { readonly size: number }[]): number =>
      some.reduce((sum, { size }) => sum + size, 0);
    count(sizeOf(files.map(({ stat }) => stat)) - sizeOf(resized), files.length - resized.length);
    for (const file of resized) {
      await sendFile(file, send, count);
      count(0, 1);
    }
  };

  /** Answers what is asked for until there is nothing left. */
  const work = async (): Promise<void> => {
    for (let files = next(); files[0]; files = next()) {
      await gate.passed();
      if (stopped) return;
      const [first] = files;
      if (packs(first.stat)) await sendPack(files);
      else {
        if (override && first.stat.path === override.name)
          await sendText(first.id, override.text, send, count);
        else await sendFile(await requestOf(first), send, count);
        count(0, 1);
      }
    }
    working--;
  };

  /** Ends when the engine has all; what `begin` is given goes on beside. */
  const read = async (begin: (task: () => Promise<void>) => void): Promise<void> => {
    for await (const message of exchange.messages) {
      const { type, id, data } = readPacket(message);
      if (type === packet.request) {
        asked.push(id);
        gate.want(listing.entry(id)?.size ?? 0);
        if (working < AT_ONCE) {
          working++;
          begin(work);
        }
      } else if (type === packet.finished) return;
      else if (type === packet.error)
        throw new GrpcError(code.unknown, `error from receiver: ${Buffer.from(data).toString()}`);
    }
    throw new GrpcError(code.unavailable, 'the engine left before it had all files');
  };

  const abort = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const begin = (task: () => Promise<void>): void => {
        const running = task()
          .catch(reject)
          .finally(() => tasks.delete(running));
        tasks.add(running);
      };
      exchange.signal.addEventListener('abort', () => reject(cancelled()), {
        signal: abort.signal,
      });
      if (exchange.signal.aborted) reject(cancelled());
      begin(sendList);
      // The engine has all files, but the end of the list may be on its way.
      read(begin)
        .then(() => Promise.all(tasks))
        .then(() => resolve(), reject);
    });
    await send(smallPacket(packet.finished));
  } catch (error) {
    stopped = true;
    await tell(exchange, error);
    throw error;
  } finally {
    abort.abort();
    listing.cancel();
  }
}

async function sendText(
  id: number,
  text: string,
  send: (...packets: readonly Uint8Array[]) => Promise<void>,
  count: (bytes: number) => void,
): Promise<void> {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; at += CHUNK) {
    const length = Math.min(CHUNK, data.length - at);
    const { bytes, offset } = dataPacket(id, length);
    data.copy(bytes, offset, at, at + length);
    count(length);
    await send(bytes);
  }
  await send(dataPacket(id, 0).bytes);
}

/** Tells the engine why there will be no more, so that it can say so itself. */
async function tell(exchange: Exchange, error: unknown): Promise<void> {
  if (exchange.signal.aborted) return;
  const text = error instanceof Error ? error.message : String(error);
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  // When the call has ended nobody is there to be told.
  const told = exchange.send(smallPacket(packet.error, { text })).catch(() => {});
  await Promise.race([told, patience]);
  clearTimeout(timer);
}
