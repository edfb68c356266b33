import { closeSync, openSync, readSync } from 'node:fs';
import { writeHead } from '../grpc/frames.ts';
import { OPEN_FLAGS, changed, demandFolders } from './fileRequest.ts';
import type { FileRequest } from './fileRequest.ts';
import { fsPath } from './names.ts';
import { dataHead } from './packet.ts';
import { CHUNK } from './sendFile.ts';

/** The most that is put into one pack: files, and bytes of them after which no further file is added. None may exceed a chunk. */
export const PACK = { files: 128, bytes: 512 * 1024 } as const;

/** Bytes: more than the heads of a file's packets and of their frames take, and one byte of what has grown. */
const HEADS = 64;

/**
 * Memory for a pack of any size, which a worker can fill. It is to be used again and again: a page that is touched for
 * the first time costs more than filling it.
 */
export const packMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer(PACK.bytes + CHUNK + PACK.files * HEADS);

/** What of a pack came about. */
export interface Packed {
  /** How many bytes of the memory it takes. */
  readonly length: number;
  /** Places of the files that have grown or shrunk since they were listed, and are not in it: there may be no room. */
  readonly resized: readonly number[];
}

/**
 * Reads files, by synchronous calls, which are several times quicker than others, and writes the packets that they are
 * sent in one behind the other, each in its gRPC frame: of each file its contents, and its end.
 * @param files no more than {@link PACK} allows
 * @param memory of {@link packMemory}
 * @throws EngineError that names the file that has gone, can't be read or is behind a link
 */
export function packFiles(files: readonly FileRequest[], memory: SharedArrayBuffer): Packed {
  const bytes = Buffer.from(memory);
  const resized: number[] = [];
  let at = 0;
  const begin = (id: number, length: number): void => {
    const head = dataHead(id, length);
    at = writeHead(bytes, at, head.length + length);
    bytes.set(head, at);
    at += head.length;
  };
  for (const [place, file] of files.entries()) {
    const start = at;
    if (file.size > 0) begin(file.id, file.size);
    // One more tells whether there is more.
    if (fill(bytes.subarray(at, at + file.size + 1), file) !== file.size) {
      resized.push(place);
      at = start;
      continue;
    }
    at += file.size;
    begin(file.id, 0);
  }
  demandFolders(files);
  return { length: at, resized };
}

/** Fills memory with what a file begins with, up to its size where it still has as much. Returns how many bytes that are. */
function fill(bytes: Uint8Array, request: FileRequest): number {
  let filled = 0;
  try {
    const file = openSync(fsPath(request.path), OPEN_FLAGS);
    try {
      do {
        const read = readSync(file, bytes, filled, bytes.length - filled, filled);
        if (read === 0) break;
        filled += read;
      } while (filled < request.size);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // It may be a socket, or may not be read: nothing is lost.
    if (request.size === 0) return 0;
    throw changed(request, error);
  }
  return filled;
}
