import { realpath } from 'node:fs/promises';
import { createGate } from '../../allowance.ts';
import type { Allowance } from '../../allowance.ts';
import { EngineError } from '../../errors.ts';
import type { Exchange, Services } from '../grpc/exchange.ts';
import { GrpcError, code } from '../grpc/status.ts';
import type { Filter } from './filter.ts';
import { unreadable } from './folder.ts';
import { collect } from './listing.ts';
import type { Listing } from './listing.ts';
import { readRequest } from './metadata.ts';
import { isRaw, readable } from './names.ts';
import { serveList } from './serveList.ts';
import type { WalkRequest } from './walk.ts';
import type { Walker } from './walker.ts';

/** A folder that the engine may ask files of. */
export interface ServedFolder {
  /** Absolute path. */
  readonly path: string;
  /** A file in the folder itself that is served with this text, whether it exists or not. */
  readonly override?: { readonly name: string; readonly text: string } | undefined;
  /** Whether extended attributes of its files are of use. Default: true. */
  readonly attributes?: boolean | undefined;
  /** What of its files may be sent without a question. Default: all. */
  readonly allowance?: Allowance | undefined;
}

/** What has been sent since the start. Bytes are those of files' contents, and of the list in its packets. */
export interface Sent {
  readonly listed: number;
  readonly listBytes: number;
  readonly files: number;
  readonly bytes: number;
}

export interface FileSyncOptions {
  readonly walker: Walker;
  /** Told after each part that was sent, so rather often, by the name of its folder. */
  readonly onProgress?: ((folder: string, sent: Sent) => void) | undefined;
  /** Default: as on this machine. */
  readonly windows?: boolean | undefined;
}

export interface FileSync {
  /** `/moby.filesync.v1.FileSync/DiffCopy`, and TarStream, which no engine of today uses. */
  readonly services: Services;
  /**
   * Starts to list a folder before the engine asks for it, in the belief that it will ask with this filter. A list that
   * has another one, or is more than a second old, isn't used.
   */
  prepare(folder: string, filter: Filter): void;
  /** What was sent of each folder that was asked for. */
  sent(): ReadonlyMap<string, Sent>;
  /** The filter that the engine asked for the most of a folder with: a good guess for the next build. */
  asked(folder: string): Filter | undefined;
  /** Why the exchange failed on this side: an error that names the file. The engine says so in more and other words. */
  failure(): EngineError | undefined;
  /**
   * Why an engine may refuse the names in a list that it didn't take to its end: the first that is not UTF-8, in a sentence
   * without its end.
   */
  notUtf8(): string | undefined;
  /** Gives up lists that were prepared. */
  close(): void;
}

/** A list with the folder that it is of. */
interface Started {
  /** Absolute path without links, of the moment that the list began: files are read there, wherever a link leads by then. */
  readonly root: Promise<string>;
  readonly listing: Listing;
}

/** Milliseconds for which a list that was prepared tells what is on the disk. */
const FRESH = 1_000;

/**
 * Serves folders by the names that BuildKit asks for them with: `context`, `dockerfile`, names of named contexts. Files
 * are sent as fsutil sends them for buildx: see {@link walk} for which and how.
 */
export function fileSync(
  folders: Readonly<Record<string, ServedFolder>>,
  options: FileSyncOptions,
): FileSync {
  const prepared = new Map<string, Started & { readonly key: string }>();
  const totals = new Map<string, { -readonly [name in keyof Sent]: Sent[name] }>();
  const filters = new Map<string, { readonly filter: Filter; readonly listed: number }>();
  const gates = new Map(
    Object.entries(folders).map(([name, { allowance }]) => [name, createGate(allowance)]),
  );
  const windows = options.windows ?? process.platform === 'win32';
  /** Those that the engine is not done with. */
  const served = new Set<Listing>();
  let failure: EngineError | undefined;

  const request = (
    { override, attributes = true }: ServedFolder,
    filter: Filter,
    root: string,
  ): WalkRequest => ({
    root,
    filter,
    windows,
    attributes,
    override: override && {
      name: override.name,
      size: Buffer.byteLength(override.text),
      modified: BigInt(Date.now()) * 1_000_000n,
    },
  });
  const start = (folder: ServedFolder, filter: Filter): Started => {
    const root = realpath(folder.path).catch((error: unknown) => {
      throw unreadable(folder.path, error);
    });
    // Whoever needs it is told.
    root.catch(() => {});
    const walk = async function* (signal: AbortSignal) {
      yield* options.walker.walk(request(folder, filter, await root), signal);
    };
    return { root, listing: collect(walk) };
  };

  const listingFor = (name: string, folder: ServedFolder, filter: Filter): Started => {
    const ready = prepared.get(name);
    if (ready?.key !== keyOf(filter)) return start(folder, filter);
    prepared.delete(name);
    const { completed } = ready.listing;
    if (completed === undefined || performance.now() - completed < FRESH) return ready;
    return start(folder, filter);
  };

  const serve = async (exchange: Exchange): Promise<void> => {
    const { name, filter } = readRequest(exchange.metadata);
    const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
    const gate = gates.get(name);
    if (!folder || !gate)
      throw new GrpcError(code.notFound, `no access allowed to dir "${readable(name)}"`);
    const sent = totals.get(name) ?? { listed: 0, listBytes: 0, files: 0, bytes: 0 };
    totals.set(name, sent);
    const before = sent.listed;
    const { root, listing } = listingFor(name, folder, filter);
    const report = (): void => options.onProgress?.(name, { ...sent });
    served.add(listing);
    const { override } = folder;
    const { walker } = options;
    await serveList(exchange, { listing, walker, root, override, gate, sent, report });
    served.delete(listing);
    const listed = sent.listed - before;
    if (listed >= (filters.get(name)?.listed ?? 0)) filters.set(name, { filter, listed });
  };

  return {
    services: {
      '/moby.filesync.v1.FileSync/DiffCopy': async (exchange) => {
        try {
          await serve(exchange);
        } catch (error) {
          if (error instanceof GrpcError) throw error;
          const ended = error instanceof EngineError && error.reason === 'cancelled';
          // An engine breaks off when something else fails, and says itself what that was.
          if (error instanceof EngineError && !ended) failure ??= error;
          throw new GrpcError(
            ended ? code.cancelled : code.unknown,
            error instanceof Error ? error.message : String(error),
          );
        }
      },
      '/moby.filesync.v1.FileSync/TarStream': () =>
        Promise.reject(new GrpcError(code.unimplemented, 'files are sent by DiffCopy')),
    },
    prepare: (name, filter) => {
      const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
      if (!folder) return;
      prepared.get(name)?.listing.cancel();
      prepared.set(name, { key: keyOf(filter), ...start(folder, filter) });
    },
    sent: () => totals,
    asked: (name) => filters.get(name)?.filter,
    failure: () => failure,
    notUtf8: () => {
      for (const listing of served)
        for (let index = 0; index < listing.count; index++) {
          const { path = '', linkname = '' } = listing.entry(index) ?? {};
          if (isRaw(path)) return `The name of “${readable(path)}” is not in UTF-8`;
          if (isRaw(linkname)) return `What the link “${path}” leads to is not in UTF-8`;
        }
      return undefined;
    },
    close: () => {
      for (const { listing } of prepared.values()) listing.cancel();
      prepared.clear();
    },
  };
}

function keyOf({ include, exclude, follow }: Filter): string {
  return JSON.stringify([include, exclude, follow]);
}
